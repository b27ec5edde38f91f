import type { LimitFunction } from 'p-limit'
import type { Claimed } from '../../db/webhooks/due.ts'
import { markDelivered, markFailed, markForRetry } from '../../db/webhooks/settle.ts'
import type { WebhookRow } from '../../db/webhooks/webhooks.ts'
import type { DeliverDeps } from './deliver.ts'
import type { Came } from './flights.ts'
import { type Attempt, outcomeOf } from './retries.ts'
import type { Send } from './send.ts'

/** Sends a claimed delivery once, and writes down, in turn, what came of it. */
export async function attempt(
  deps: DeliverDeps,
  webhook: WebhookRow,
  claimed: Claimed,
  { send, inTurn }: { send: Send; inTurn: LimitFunction },
): Promise<Came> {
  const answer = await send(webhook, claimed)
  const began = claimed.claimedUntil.getTime() - deps.pace.claimMs
  const triedMs = began - claimed.firstAttemptAt.getTime()
  const tried = { answer, attempts: claimed.attempts, triedMs }
  return inTurn(() => writeDown(deps, claimed, tried))
}

async function writeDown(
  { db, log, pace }: DeliverDeps,
  claimed: Claimed,
  tried: Attempt,
): Promise<Came> {
  const { answer } = tried
  const outcome = outcomeOf(tried, pace.delaysMs)
  if (outcome.state === 'delivered') {
    await markDelivered(db, claimed, answer)
    return 'delivered'
  }
  const isPending = outcome.state === 'pending'
  const failing = isPending
    ? await markForRetry(db, claimed, answer, outcome.inMs)
    : await markFailed(db, claimed, answer)
  if (failing) log.warn({ webhookId: claimed.webhookId }, 'webhook failing for three days')
  return isPending ? 'toRetry' : 'failed'
}
