import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../../bin/embedded/until.ts'
import type { Database } from '../../db/client.ts'
import type { ConversationRow } from '../../db/conversations/row.ts'
import { openReader } from './reader.ts'
import type { Service } from './service.ts'
import { makeWorkspace, write } from './writer.ts'

/** How one round is run: `burst` events as fast as they commit, then `paced` ones at `perSecond`. */
export type Round = { readers: number; burst: number; paced: number; perSecond: number }

/** Each is somebody else to the API, as a team's windows are. */
const READERS_PER_TOKEN = 50

export type Measured = {
  readers: number
  /** Committed, and read by every reader, in a burst. */
  eventsPerSecond: number
  /** From asking to commit until a reader has it, in milliseconds. */
  p50: number
  p99: number
  /** Of the API process, per open stream. */
  bytesPerReader: number
}

const WRITERS = 8
const OPENED_AT_ONCE = 100
const ROUND_MS = 30_000

type Stage = { db: Database; conversation: ConversationRow }

/** Measures one round on a workspace of its own. */
export async function measure(service: Service, round: Round): Promise<Measured> {
  const bearers = Math.ceil(round.readers / READERS_PER_TOKEN)
  const { conversation, tokens } = await makeWorkspace(service.db, bearers)
  const stage = { db: service.db, conversation }
  const before = await service.rss()
  let told = (_number: number) => {}
  const open = (token: string) => openReader(service.url, token, (number) => told(number))
  const bearing = Array.from({ length: round.readers }, (_, n) => tokens[n % bearers] as string)
  const readers: Awaited<ReturnType<typeof open>>[] = []
  while (readers.length < round.readers) {
    const next = bearing.slice(readers.length, readers.length + OPENED_AT_ONCE)
    readers.push(...(await Promise.all(next.map(open))))
  }
  const bytesPerReader = ((await service.rss()) - before) / round.readers
  const listen = (tell: (number: number) => void) => {
    told = tell
  }
  const eventsPerSecond = await burst(stage, round, listen)
  const delays = await paced(stage, round, listen)
  for (const reader of readers) reader.close()
  const at = (share: number) => delays[Math.ceil(delays.length * share) - 1] ?? Number.NaN
  return {
    readers: round.readers,
    eventsPerSecond,
    p50: at(0.5),
    p99: at(0.99),
    bytesPerReader,
  }
}

type Listen = (tell: (number: number) => void) => void

async function burst({ db, conversation }: Stage, round: Round, listen: Listen): Promise<number> {
  let read = 0
  listen(() => {
    read++
  })
  const begun = performance.now()
  let next = 0
  const writer = async () => {
    while (next < round.burst) await write(db, conversation, next++)
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
  await untilAll(() => read, round.burst * round.readers)
  return (round.burst * 1_000) / (performance.now() - begun)
}

/** Every delay, ascending, in milliseconds. */
async function paced({ db, conversation }: Stage, round: Round, listen: Listen): Promise<number[]> {
  const asked: number[] = []
  const read: [number: number, at: number][] = []
  listen((number) => read.push([number, performance.now()]))
  for (let number = 0; number < round.paced; number++) {
    asked[number] = await write(db, conversation, number)
    await pause(1_000 / round.perSecond)
  }
  await untilAll(() => read.length, round.paced * round.readers)
  return read.map(([number, at]) => at - (asked[number] as number)).toSorted((a, b) => a - b)
}

async function untilAll(count: () => number, expected: number): Promise<void> {
  if (await until(async () => count() >= expected, ROUND_MS)) return
  throw new Error(`Only ${count()} of ${expected} events were read within ${ROUND_MS / 1_000} s`)
}
