import type { Claimed } from '../../db/webhooks/due.ts'
import { markDelivered, markFailed, markForRetry } from '../../db/webhooks/settle.ts'
import type { WebhookRow } from '../../db/webhooks/webhooks.ts'
import type { DeliverDeps } from '../deliver.ts'
import type { Came } from './flights.ts'
import type { InTurn } from './in-turn.ts'
import { type Attempt, outcomeOf } from './outcome.ts'

/** Sends a claimed delivery once, and writes down, in turn, what came of it. */
export async function attempt(
  deps: DeliverDeps,
  webhook: WebhookRow,
  claimed: Claimed,
  inTurn: InTurn,
): Promise<Came> {
  const answer = await deps.send(webhook, claimed)
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
  if (outcome.state === 'pending') {
    await markForRetry(db, claimed, answer, outcome.inMs)
    return 'toRetry'
  }
  const failing = await markFailed(db, claimed, answer, outcome.givenUp)
  if (failing)
    log.warn({ webhookId: claimed.webhookId }, 'webhook failing: given up after three days')
  return 'failed'
}
