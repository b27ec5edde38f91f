import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import { isAsked, listEvents, type Standing } from '../../db/events/list.ts'
import { sees } from '../../db/events/reach.ts'
import type { EventRow } from '../../db/events/record.ts'
import { createJudging } from './judging.ts'
import type { Next, Stream } from './stream.ts'
import type { createTurns } from './turns.ts'

/** Events read by one statement. */
const PART = 100
/** What a statement reads for one stream, in bytes: not much more than its reader has room for. */
const PART_BYTES = 256 * 1024
/** Events kept at hand for those who read about as fast as they happen; others read from the database. */
const AT_HAND = 200

/** What feeds read from, and how those streams that are behind take turns in reading for themselves. */
export type FeedDeps = { db: Database; log: Logger; inTurn: ReturnType<typeof createTurns> }

export type Feed = ReturnType<typeof createFeed>

/**
 * What happens in one workspace, read once for all its streams from where it stood when the first
 * one opened. A stream that is behind reads for itself until it has caught up.
 */
export function createFeed({ db, log, inTurn }: FeedDeps, workspaceId: string, standing: Standing) {
  const streams = new Set<Stream>()
  const judging = createJudging(db, workspaceId, streams, standing.grantChanges)
  let position = standing.newest
  let atHand: EventRow[] = []
  let isLooking = false
  let lookAgain = false

  /** Reads what is new, and what has become of grants. Called while it reads, it reads once more. */
  async function look(): Promise<void> {
    lookAgain = true
    if (isLooking) return
    isLooking = true
    try {
      while (lookAgain && streams.size > 0) {
        lookAgain = false
        await readOn()
      }
    } catch (error) {
      // The poll looks again.
      log.debug({ code: (error as { code?: string })?.code }, 'reading events failed')
    } finally {
      isLooking = false
    }
  }

  async function readOn(): Promise<void> {
    const part = await listEvents(db, workspaceId, position, { limit: PART })
    await judging.asOf(part.grantChanges)
    if (part.upTo > position) {
      const follows = part.rows[0]?.position === (atHand.at(-1)?.position ?? position) + 1
      atHand = [...(follows ? atHand : []), ...part.rows].slice(-AT_HAND)
      position = part.upTo
      for (const stream of streams) stream.wake()
    }
    if (part.upTo < part.newest) lookAgain = true
  }

  /** What the stream is told next, once there is something; null when it should ask again. */
  async function next(stream: Stream): Promise<Next | null> {
    if (stream.position >= position) {
      await stream.woken()
      return null
    }
    const known = atHandAfter(stream.position)
    const { rows, upTo } = known
      ? await onceJudged(stream, known)
      : await inTurn(() => readFor(stream))
    const { filters, reader } = stream
    return { rows: rows.filter((row) => isAsked(filters, row) && sees(reader, row)), upTo }
  }

  function atHandAfter(after: number): Next | null {
    const first = atHand[0]
    if (!first || first.position > after + 1) return null
    return { rows: atHand.slice(after + 1 - first.position), upTo: position }
  }

  /** Who joined may have been judged before what is at hand was read. */
  async function onceJudged(stream: Stream, known: Next): Promise<Next> {
    const after = stream.position
    try {
      await judging.settled()
      return known
    } catch {
      await stream.woken()
      return { rows: [], upTo: after }
    }
  }

  async function readFor(stream: Stream): Promise<Next> {
    const after = stream.position
    // It may have waited for its turn.
    if (!streams.has(stream)) return { rows: [], upTo: after }
    try {
      const part = await listEvents(db, workspaceId, after, {
        ...{ limit: PART, bytes: PART_BYTES },
        ...stream.filters,
      })
      await judging.asOf(part.grantChanges)
      if (after >= part.oldest - 1) return part
      // What he has not read is no longer kept: he is told so when he resumes.
      stream.end()
    } catch {
      await stream.woken()
    }
    return { rows: [], upTo: after }
  }

  function join(stream: Stream, asOf: Standing): void {
    streams.add(stream)
    judging.joined(asOf.grantChanges)
  }

  /** Now and then: looks if the workspace stands elsewhere by now, and lets go of what nobody is within. */
  function check({ newest, grantChanges }: Standing): void {
    if (newest > position || judging.isBehind(grantChanges)) void look()
    const behind = [...streams].filter((stream) => stream.position < position)
    for (const stream of behind) stream.wake()
    if (!behind.some((stream) => atHandAfter(stream.position))) atHand = []
  }

  return {
    streams,
    join,
    /** Whether it was there. */
    leave: (stream: Stream) => streams.delete(stream),
    next,
    look,
    check,
  }
}
