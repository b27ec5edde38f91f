import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { freePort } from '../../bin/embedded/ports.ts'
import { runApi } from '../../bin/run/api.ts'
import { runWorker } from '../../bin/run/worker.ts'
import { readSettings, resolveSettings } from '../../bin/settings.ts'
import { type SqlCounter, startSqlCounter } from '../../test/harness/sql-count.ts'
import { type Env, environmentOf, startFloor, startNaive } from '../contestants.ts'
import type { Engines } from '../own/engines.ts'
import type { Serving } from '../own/programs.ts'
import { type Ask, type Asker, clientWith, openAsker } from './ask.ts'
import { historyOf } from './history.ts'
import { makeScene, type Scene } from './scene.ts'
import type { Workload } from './workload.ts'
import { floorWorkload, naiveWorkload } from './workloads/beside.ts'

type Sql = { statements: number; roundTrips: number }
type Sample = {
  /** From the request to the answer. */
  api: Sql
  worker: Sql
  /** Until nothing is under way any more. */
  inAll: Sql
  events: number
  transitions: number
}

/** What one of a kind costs, a few times over. */
export type Counted = { title: string; samples: Sample[] }

const WARM = 6
const SAMPLES = 6
const QUIET_MS = 100
/** Told of events, the worker looks for webhooks whenever it likes: no part of a command. */
const APART = [/"webhooks"/]

type Counters = { api: SqlCounter; worker: SqlCounter }
type Counting = { counters: Counters; temporal: Client; asker: Asker }

/** Counts what each workload costs, one request after another, on services of their own. */
export async function countAll(
  engines: Engines,
  workloadsIn: (scene: Scene) => Promise<Workload[]>,
): Promise<Counted[]> {
  const counters: Counters = {
    api: await startSqlCounter(engines.databaseUrl, { ignoring: APART }),
    worker: await startSqlCounter(engines.databaseUrl, { ignoring: APART }),
  }
  const connection = await Connection.connect({ address: engines.temporalAddress })
  const temporal = new Client({ connection })
  const counted: Counted[] = []

  async function count(contestant: Serving, workloads: Workload[]): Promise<void> {
    const asker = openAsker(contestant.url, 1)
    for (const workload of workloads) {
      counted.push(...(await countOne({ counters, temporal, asker }, workload)))
    }
    await asker.close()
    await contestant.stop()
  }

  try {
    const [api, worker] = envsOf(engines, counters)
    await count(await startFloor(api), [floorWorkload()])
    const naive = await startNaive(api, worker)
    await count(naive, [naiveWorkload(naive)])
    const baton = await startBatonHere(api, worker)
    const all = await workloadsIn(await makeScene(baton.url))
    const own = all.filter(({ contestant }) => contestant === 'baton')
    await count(baton, own)
    return counted
  } finally {
    await connection.close()
    counters.api.close()
    counters.worker.close()
  }
}

function envsOf(engines: Engines, { api, worker }: Counters) {
  const envOf = ({ url }: SqlCounter) => ({ ...environmentOf(engines), DATABASE_URL: url })
  return [envOf(api), envOf(worker)] as const
}

/** In this process, and without the sweeper, whose statements come whenever they like. */
async function startBatonHere(forApi: Env, forWorker: Env): Promise<Serving> {
  const settings = (env: Record<string, string>) => resolveSettings(readSettings(env))
  const workflowBundle = { codePath: resolve('dist/workflow-bundle.js') }
  const worker = await runWorker(settings(forWorker), { sweeps: false, workflowBundle })
  const api = await runApi(settings({ ...forApi, PORT: String(await freePort()) }))
  return {
    ...{ url: api.url, pids: [], log: '' },
    async stop() {
      await Promise.all([api.stop(), worker.stop()])
    },
  }
}

/** A workload may consist of several kinds in turn: each is counted by itself. */
async function countOne(counting: Counting, workload: Workload): Promise<Counted[]> {
  const client = clientWith(await workload.script())
  const samples = new Map<string, Sample[]>()
  for (let n = 0; n < WARM + 2 * SAMPLES; n += 1) {
    const ask = client.next()
    const { answer, sample } = await sampled(counting, workload, ask)
    client.told(answer)
    if (n < WARM) continue
    const title = ask.kind === workload.kind ? workload.title : ask.kind
    samples.set(title, [...(samples.get(title) ?? []), sample])
  }
  return [...samples].map(([title, those]) => ({ title, samples: those }))
}

async function sampled({ counters, temporal, asker }: Counting, workload: Workload, ask: Ask) {
  const { api, worker } = counters
  const before = await historyOf(temporal, workload.contestant, ask)
  api.reset()
  worker.reset()
  const answer = await asker.ask(ask)
  const untilAnswered = { api: api.counts(), worker: worker.counts() }
  if (!ask.isRight(answer)) throw new Error(`${ask.kind}: ${JSON.stringify(answer)}`)
  const after = await historyOf(temporal, workload.contestant, ask)
  await pause(QUIET_MS)
  const inAll = sum(api.counts(), worker.counts())
  const since = after.runId === before.runId ? before : { events: 0, transitions: 0 }
  const events = after.events - since.events
  const transitions = after.transitions - since.transitions
  return { answer, sample: { ...untilAnswered, inAll, events, transitions } }
}

function sum(one: Sql, other: Sql): Sql {
  return {
    statements: one.statements + other.statements,
    roundTrips: one.roundTrips + other.roundTrips,
  }
}
