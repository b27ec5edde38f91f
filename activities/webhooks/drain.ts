import pLimit from 'p-limit'
import type { EventNotifier } from '../../db/events/listen.ts'
import {
  findWork,
  leaveIdle,
  markDrained,
  removeSome,
  type Work,
} from '../../db/webhooks/draining.ts'
import { claimDue } from '../../db/webhooks/due.ts'
import { type AttemptDeps, attempt, type Result } from './attempt.ts'
import { fanOutNow } from './fan-out.ts'
import { Latch } from './latch.ts'
import type { Send, Sender } from './send.ts'

/** How many conversations of one webhook are sent at once. */
const AT_ONCE = 8
/** How long a drain goes on: less than the activity may take. */
const RUN_MS = 50 * 60_000
/** How often the webhook is marked as drained: more often than the sweeper needs it. */
const MARK_EVERY_MS = 4_000
/** The time between two heartbeats while the drain only awaits what is in flight. */
const HEARTBEAT_EVERY_MS = 1_000
/** How long what is in flight may take when the worker stops. Then it is cut, and tried again. */
const FINISH_WITHIN_MS = 3_000

type Counts = Record<Result, number>

/** What came of a drain. `ended`: there is nothing to do now; else the next drain goes on. */
export type Drained = { ended: boolean } & Counts

export type DrainDeps = AttemptDeps & {
  events: EventNotifier
  /** Opens a sender for one drain, which closes it with all its connections. */
  openSender(): Sender
}

/** What a drain needs of its activity. `stop` is aborted when the worker stops. */
type ActivityContext = { heartbeat(counts: Counts): void; stop: AbortSignal }

/** Sends the deliveries of one webhook. The latch opens when there may be something to do. */
export class Drain {
  readonly #deps: DrainDeps
  readonly #webhookId: string
  readonly #activity: ActivityContext
  readonly #latch = new Latch()
  /** Runs one by one what locks the webhook's row, so that all of it takes one connection. */
  readonly #oneByOne = pLimit(1)
  /** The ids of the deliveries that are being sent. */
  readonly #inFlight = new Set<string>()
  readonly #counts: Counts = { delivered: 0, failed: 0, toRetry: 0 }
  /** What kept an attempt from being recorded. */
  #failure: { error: unknown } | null = null
  #idleSince: number | null = null
  /** Set when the drain opens. */
  #send!: Send

  constructor(deps: DrainDeps, webhookId: string, activity: ActivityContext) {
    this.#deps = deps
    this.#webhookId = webhookId
    this.#activity = activity
  }

  /** Sends what is due until there is nothing to do, or its time is over, or the worker stops. */
  async run(): Promise<Drained> {
    const close = await this.#open()
    try {
      const ended = await this.#sendUntilOver()
      await this.#finish()
      return { ended, ...this.#counts }
    } finally {
      close()
    }
  }

  /** Opens a sender, and listens to events and to the end of the worker; returns what ends all. */
  async #open(): Promise<() => void> {
    const { db, events, openSender } = this.#deps
    const { stop } = this.#activity
    const work = await findWork(db, this.#webhookId)
    const { send, close, cut } = openSender()
    this.#send = send
    const wake = () => this.#latch.open()
    const stopListening = work && events.listen(work.webhook.workspaceId, wake)
    let cutting: NodeJS.Timeout | undefined
    const onStop = () => {
      cutting = setTimeout(cut, FINISH_WITHIN_MS)
      wake()
    }
    stop.addEventListener('abort', onStop)
    return () => {
      stopListening?.()
      stop.removeEventListener('abort', onStop)
      clearTimeout(cutting)
      close()
    }
  }

  /** Returns whether there is nothing more to do. */
  async #sendUntilOver(): Promise<boolean> {
    const until = Date.now() + RUN_MS
    let ended = false
    while (!ended && !this.#activity.stop.aborted && Date.now() < until) {
      this.#activity.heartbeat(this.#counts)
      this.#throwFailure()
      ended = await this.#step()
    }
    return ended
  }

  /** Does what there is to do now, then rests. Returns whether the drain has ended. */
  async #step(): Promise<boolean> {
    const { db, pace } = this.#deps
    const work = await findWork(db, this.#webhookId)
    if (!work) return true
    const { webhook, behind } = work
    if (webhook.deletedAt) return removeSome(db, webhook.id)
    if (webhook.deactivatedAt) return true
    if (sinceMarkedMs(work) > MARK_EVERY_MS) await markDrained(db, webhook.id)
    const more = behind && (await this.#oneByOne(() => fanOutNow(db, webhook)))
    if (behind || dueInMs(work) <= 0) await this.#sendDue(work)
    if (await this.#leaveWhenIdle(work)) return true
    if (!more) await this.#latch.wait(pace.pollMs)
    return false
  }

  /** Claims what is due, as much as there is room for, and begins to send it. */
  async #sendDue({ webhook, at }: Work): Promise<void> {
    const { db, pace } = this.#deps
    const limit = AT_ONCE - this.#inFlight.size
    if (limit === 0) return
    const inFlight = [...this.#inFlight]
    const claim = { at, limit, claimMs: pace.claimMs, inFlight }
    const sending = { send: this.#send, oneByOne: this.#oneByOne }
    for (const claimed of await claimDue(db, webhook.id, claim))
      this.#watch(claimed.id, attempt(this.#deps, webhook, claimed, sending))
  }

  /** Counts what comes of an attempt, and opens the latch: there is room for another. */
  #watch(id: string, attempted: Promise<Result>): void {
    const count = (result: Result) => {
      this.#counts[result] += 1
    }
    const keep = (error: unknown) => {
      this.#failure = { error }
    }
    this.#inFlight.add(id)
    void attempted.then(count, keep).finally(() => {
      this.#inFlight.delete(id)
      this.#latch.open()
    })
  }

  /** Leaves the webhook when there was nothing to do for long. Returns whether it has left. */
  async #leaveWhenIdle(work: Work): Promise<boolean> {
    const { db, pace } = this.#deps
    const isIdle = !work.behind && dueInMs(work) > pace.idleMs && this.#inFlight.size === 0
    this.#idleSince = isIdle ? (this.#idleSince ?? Date.now()) : null
    if (this.#idleSince === null || Date.now() - this.#idleSince < pace.idleMs) return false
    return leaveIdle(db, work.webhook.id, pace.idleMs)
  }

  /** Awaits what is in flight. */
  async #finish(): Promise<void> {
    while (this.#inFlight.size > 0) {
      this.#activity.heartbeat(this.#counts)
      await this.#latch.wait(HEARTBEAT_EVERY_MS)
    }
    this.#throwFailure()
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error
  }
}

/** In how many milliseconds the next delivery is due. */
function dueInMs({ nextAt, at }: Work): number {
  return nextAt === null ? Number.POSITIVE_INFINITY : nextAt.getTime() - at.getTime()
}

/** How many milliseconds ago the webhook was last marked as drained. */
function sinceMarkedMs({ webhook, at }: Work): number {
  return at.getTime() - (webhook.drainedAt?.getTime() ?? 0)
}
