import type { LimitFunction } from 'p-limit'
import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import { isAsked, listEvents, type Standing } from '../../db/events/list.ts'
import { sees } from '../../db/events/reach.ts'
import type { EventRow } from '../../db/events/record.ts'
import { createJudging } from './judging.ts'
import type { Next, Stream } from './stream.ts'

/** Events read by one statement. */
const PART = 100
/** Bytes that a statement reads for one stream: not much more than its buffer holds. */
const PART_BYTES = 256 * 1024
/** Events kept in memory for streams that keep up; streams that are behind read from the database. */
const AT_HAND = 200

/** What feeds read from. `catchUp` limits how many streams read for themselves at once. */
type FeedDeps = { db: Database; log: Logger; catchUp: LimitFunction }

/**
 * The new events of one workspace, read once for all its streams, from the position at which the
 * first stream opened. A stream that is behind reads for itself until it has caught up.
 */
export class Feed {
  readonly streams = new Set<Stream>()
  readonly #deps: FeedDeps
  readonly #workspaceId: string
  readonly #judging: ReturnType<typeof createJudging>
  #position: number
  #atHand: EventRow[] = []
  #isLooking = false
  #lookAgain = false

  constructor(deps: FeedDeps, workspaceId: string, standing: Standing) {
    this.#deps = deps
    this.#workspaceId = workspaceId
    this.#judging = createJudging(deps.db, workspaceId, this.streams, standing.grantChanges)
    this.#position = standing.newest
  }

  join(stream: Stream, asOf: Standing): void {
    this.streams.add(stream)
    this.#judging.joined(asOf.grantChanges)
  }

  /** Whether the stream was in the feed. */
  leave(stream: Stream): boolean {
    return this.streams.delete(stream)
  }

  /** Reads new events and changed grants. When called while it reads, it reads once more afterwards. */
  async look(): Promise<void> {
    this.#lookAgain = true
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      while (this.#lookAgain && this.streams.size > 0) {
        this.#lookAgain = false
        await this.#readOn()
      }
    } catch (error) {
      // The next poll tries again.
      const { code } = error as { code?: string }
      this.#deps.log.debug({ code }, 'reading events failed')
    } finally {
      this.#isLooking = false
    }
  }

  /** The next events of this stream, once there are some; null when the stream should ask again. */
  async next(stream: Stream): Promise<Next | null> {
    if (stream.position >= this.#position) {
      await stream.woken()
      return null
    }
    const known = this.#atHandAfter(stream.position)
    const { rows, upTo } = known
      ? await this.#onceJudged(stream, known)
      : await this.#deps.catchUp(() => this.#readFor(stream))
    const { filters, reader } = stream
    return { rows: rows.filter((row) => isAsked(filters, row) && sees(reader, row)), upTo }
  }

  /** Called now and then: reads if the workspace has moved on, and drops events in memory that no stream needs. */
  check({ newest, grantChanges }: Standing): void {
    if (newest > this.#position || this.#judging.isBehind(grantChanges)) void this.look()
    const behind = [...this.streams].filter((stream) => stream.position < this.#position)
    for (const stream of behind) stream.wake()
    if (!behind.some((stream) => this.#atHandAfter(stream.position))) this.#atHand = []
  }

  async #readOn(): Promise<void> {
    const part = await listEvents(this.#deps.db, this.#workspaceId, this.#position, { limit: PART })
    await this.#judging.asOf(part.grantChanges)
    if (part.upTo > this.#position) {
      const last = this.#atHand.at(-1)?.position ?? this.#position
      const follows = part.rows[0]?.position === last + 1
      this.#atHand = [...(follows ? this.#atHand : []), ...part.rows].slice(-AT_HAND)
      this.#position = part.upTo
      for (const stream of this.streams) stream.wake()
    }
    if (part.upTo < part.newest) this.#lookAgain = true
  }

  #atHandAfter(after: number): Next | null {
    const first = this.#atHand[0]
    if (!first || first.position > after + 1) return null
    return { rows: this.#atHand.slice(after + 1 - first.position), upTo: this.#position }
  }

  /** A stream that has just joined may have been judged before these events were read. */
  async #onceJudged(stream: Stream, known: Next): Promise<Next> {
    const after = stream.position
    try {
      await this.#judging.finished()
      return known
    } catch {
      await stream.woken()
      return { rows: [], upTo: after }
    }
  }

  async #readFor(stream: Stream): Promise<Next> {
    const after = stream.position
    // The stream may have left while it waited for its read.
    if (!this.streams.has(stream)) return { rows: [], upTo: after }
    const most = { limit: PART, bytes: PART_BYTES, ...stream.filters }
    try {
      const part = await listEvents(this.#deps.db, this.#workspaceId, after, most)
      await this.#judging.asOf(part.grantChanges)
      if (after >= part.oldest - 1) return part
      // Events that this reader has not read are no longer kept: they get a 410 when they resume.
      stream.end()
    } catch {
      await stream.woken()
    }
    return { rows: [], upTo: after }
  }
}
