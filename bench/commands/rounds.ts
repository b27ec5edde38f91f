import type { Contestants } from '../contestants.ts'
import { cpuOf } from '../own/cpu.ts'
import type { Engines } from '../own/engines.ts'
import { type Asker, type Client, clientWith, openAsker } from './ask.ts'
import { type CpuNow, measureSlice, type Slice } from './slice.ts'
import type { Workload } from './workload.ts'

export type Plan = {
  /** How many clients at once, one figure after the other. */
  levels: number[]
  rounds: number
  /** Longer for more clients, so that each asks a few times. */
  sliceMs: (clients: number) => number
  warmMs: number
}

/** The slices of a workload, one per round. */
export type Cells = Map<string, Slice[]>
export type Level = { clients: number; cells: Cells }

/** Who runs, and on what. */
export type Field = { engines: Engines; contestants: Partial<Contestants> }

type Ready = { workload: Workload; asker: Asker; clients: Client[]; cpuNow: CpuNow }

/** How many clients get ready at once. */
const READYING = 8

/**
 * Rounds of one slice of each workload, there and back in turn, so that what changes on the
 * machine in between falls on all of them.
 */
export async function measureRounds(
  field: Field,
  workloads: Workload[],
  plan: Plan,
  say: (line: string) => void,
): Promise<Level[]> {
  const most = Math.max(...plan.levels)
  const ready: Ready[] = []
  for (const workload of workloads) {
    say(`Getting ready: ${workload.title}`)
    ready.push(await getReady(field, workload, most))
  }
  for (const one of ready) await slice(one, most, plan.warmMs)
  const levels: Level[] = []
  for (const clients of plan.levels) {
    const cells: Cells = new Map(workloads.map(({ title }) => [title, []]))
    for (let round = 0; round < plan.rounds; round += 1) {
      say(`${clients} clients, round ${round + 1} of ${plan.rounds}`)
      for (const one of round % 2 === 0 ? ready : ready.toReversed()) {
        cells.get(one.workload.title)?.push(await slice(one, clients, plan.sliceMs(clients)))
      }
    }
    levels.push({ clients, cells })
  }
  await Promise.all(ready.map(({ asker }) => asker.close()))
  return levels
}

async function getReady({ engines, contestants }: Field, workload: Workload, most: number) {
  const serving = contestants[workload.contestant]
  if (!serving) throw new Error(`${workload.contestant} does not run`)
  const cpuNow = () => {
    const { temporal, postgres } = engines.pids()
    return { node: cpuOf(serving.pids), temporal: cpuOf(temporal), postgres: cpuOf(postgres) }
  }
  const clients = await clientsOf(workload, most)
  return { workload, clients, cpuNow, asker: openAsker(serving.url, most) }
}

function slice({ workload, asker, clients, cpuNow }: Ready, count: number, ms: number) {
  const { kind, share = 1 } = workload
  return measureSlice({ asker, cpuNow, kind, ms: ms * share, clients: clients.slice(0, count) })
}

async function clientsOf(workload: Workload, count: number): Promise<Client[]> {
  const clients: Client[] = []
  while (clients.length < count) {
    const next = Math.min(READYING, count - clients.length)
    const scripts = await Promise.all(Array.from({ length: next }, () => workload.script()))
    clients.push(...scripts.map(clientWith))
  }
  return clients
}
