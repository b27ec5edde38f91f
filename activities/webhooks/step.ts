import type { LimitFunction } from 'p-limit'
import { leaveIdle, markDrained, removeSome, type Work } from '../../db/webhooks/draining.ts'
import { claimDue } from '../../db/webhooks/due.ts'
import { attempt } from './attempt.ts'
import type { Bell } from './bell.ts'
import type { DeliverDeps } from './deliver.ts'
import { fanOutNow } from './fan-out.ts'
import type { Flights } from './flights.ts'
import type { createIdling } from './idling.ts'
import type { Send } from './send.ts'

/** More often than a sweeper takes it for unseen. */
const SHOW_EVERY_MS = 4_000

/** What a drain is at. What locks its webhook's row is done in turn,
 * so that all of it together takes one connection. */
export type Busy = {
  flights: Flights
  bell: Bell
  inTurn: LimitFunction
  idling: ReturnType<typeof createIdling>
  send: Send
}

/**
 * Does what there is to do now, then rests until something calls; whether the webhook has ended,
 * or had nothing to do for long and is left to whoever starts it again.
 */
export async function step(deps: DeliverDeps, seen: Work | null, busy: Busy): Promise<boolean> {
  if (!seen) return true
  const { db, pace } = deps
  const { webhook } = seen
  if (webhook.deletedAt) return removeSome(db, webhook.id)
  if (webhook.deactivatedAt) return true
  if (wasShown(seen) > SHOW_EVERY_MS) await markDrained(db, webhook.id)
  const more = seen.behind && (await busy.inTurn(() => fanOutNow(db, webhook)))
  const due = dueInMs(seen)
  if (seen.behind || due <= 0) await sendDue(deps, seen, busy)
  const nothing = !seen.behind && due > pace.idleMs && !busy.flights.areUnderWay()
  const isLong = busy.idling(nothing) >= pace.idleMs
  if (isLong && (await leaveIdle(db, webhook.id, pace.idleMs))) return true
  if (!more) await busy.bell.rest(pace.pollMs)
  return false
}

async function sendDue(deps: DeliverDeps, { webhook, at }: Work, busy: Busy): Promise<void> {
  const { flights } = busy
  const limit = flights.room()
  if (limit === 0) return
  const claim = { at, limit, claimMs: deps.pace.claimMs, inFlight: flights.flying() }
  const claimed = await claimDue(deps.db, webhook.id, claim)
  for (const one of claimed) flights.take(one.id, attempt(deps, webhook, one, busy))
}

/** In how many milliseconds the next delivery is due. */
function dueInMs({ nextAt, at }: Work): number {
  return nextAt === null ? Number.POSITIVE_INFINITY : nextAt.getTime() - at.getTime()
}

/** How many milliseconds ago a sweeper could last see that somebody is at it. */
function wasShown({ webhook, at }: Work): number {
  return at.getTime() - (webhook.drainedAt?.getTime() ?? 0)
}
