import type { Claimed } from '../../db/webhooks/due.ts'
import { markDelivered, markFailed, markForRetry } from '../../db/webhooks/settle.ts'
import type { WebhookRow } from '../../db/webhooks/webhooks.ts'
import type { DeliverDeps } from '../deliver.ts'
import type { Came } from './flights.ts'
import { outcomeOf } from './outcome.ts'

/** Sends a claimed delivery once, and writes down what came of it. `at`: when it was claimed. */
export async function attempt(
  { db, log, send, pace }: DeliverDeps,
  webhook: WebhookRow,
  claimed: Claimed,
  at: Date,
): Promise<Came> {
  const answer = await send(webhook, claimed)
  const triedMs = at.getTime() - claimed.firstAttemptAt.getTime()
  const outcome = outcomeOf({ answer, attempts: claimed.attempts, triedMs }, pace.delaysMs)
  if (outcome.state === 'delivered') {
    await markDelivered(db, claimed, answer)
    return 'delivered'
  }
  if (outcome.state === 'pending') {
    await markForRetry(db, claimed, answer, outcome.inMs)
    return 'toRetry'
  }
  const failing = await markFailed(db, claimed, answer, outcome.givenUp)
  if (failing) log.warn({ webhookId: webhook.id }, 'webhook failing: given up after three days')
  return 'failed'
}
