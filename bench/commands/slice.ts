import { setTimeout as pause } from 'node:timers/promises'
import { median, part } from '../figures.ts'
import type { Answer, Asker, Client } from './ask.ts'

/** What is still done after the last answer belongs to the slice that asked for it. */
const AFTERMATH_MS = 200

/** One piece of a run: what it took, in milliseconds; void when any answer was wrong. */
export type Slice = {
  p50: number
  p99: number
  perSecond: number
  /** Processor time per request. */
  cpu: { node: number; temporal: number; postgres: number }
  wrong: string[]
}

export type CpuNow = () => Slice['cpu']

type Measure = {
  asker: Asker
  clients: Client[]
  /** Whose durations are told; what else is asked in between counts in all other figures. */
  kind: string
  ms: number
  cpuNow: CpuNow
}

/** All these clients ask, each as soon as it has its last answer, for so long. */
export async function measureSlice({ asker, clients, kind, ms, cpuNow }: Measure): Promise<Slice> {
  const durations: number[] = []
  const wrong: string[] = []
  let asked = 0
  const before = cpuNow()
  const begun = performance.now()

  async function goOn(client: Client): Promise<void> {
    while (performance.now() - begun < ms) {
      const ask = client.next()
      const askedAt = performance.now()
      const answer = await asker.ask(ask).catch(unanswered)
      client.told(answer)
      asked += 1
      if (ask.kind === kind) durations.push(performance.now() - askedAt)
      if (!ask.isRight(answer)) wrong.push(`${ask.kind}: ${answer.status} ${textOf(answer)}`)
    }
  }

  await Promise.all(clients.map(goOn))
  const seconds = (performance.now() - begun) / 1_000
  await pause(AFTERMATH_MS)
  const after = cpuNow()
  const per = (part: keyof Slice['cpu']) => (after[part] - before[part]) / asked
  return {
    ...{ p50: median(durations), p99: part(durations, 0.99), perSecond: asked / seconds, wrong },
    cpu: { node: per('node'), temporal: per('temporal'), postgres: per('postgres') },
  }
}

/** Nothing that came of it is right. */
function unanswered(error: unknown): Answer {
  return { status: 0, body: String(error) }
}

function textOf({ body }: Answer): string {
  return JSON.stringify(body).slice(0, 200)
}
