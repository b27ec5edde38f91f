import type { LimitFunction } from 'p-limit'
import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import type { Claimed } from '../../db/webhooks/due.ts'
import { markDelivered, markFailed, markForRetry } from '../../db/webhooks/record-outcome.ts'
import type { WebhookRow } from '../../db/webhooks/webhooks.ts'
import { type Attempt, outcomeOf, type Pace } from './retries.ts'
import type { Send } from './send.ts'

export type AttemptDeps = { db: Database; log: Logger; pace: Pace }

/** What an attempt is counted as. */
export type Result = 'delivered' | 'failed' | 'toRetry'

/** Sends a claimed delivery once, and records, one by one, what came of it. */
export async function attempt(
  deps: AttemptDeps,
  webhook: WebhookRow,
  claimed: Claimed,
  { send, oneByOne }: { send: Send; oneByOne: LimitFunction },
): Promise<Result> {
  const answer = await send(webhook, claimed)
  const began = claimed.claimedUntil.getTime() - deps.pace.claimMs
  const triedMs = began - claimed.firstAttemptAt.getTime()
  const tried = { answer, attempts: claimed.attempts, triedMs }
  return oneByOne(() => record(deps, claimed, tried))
}

async function record(
  { db, log, pace }: AttemptDeps,
  claimed: Claimed,
  tried: Attempt,
): Promise<Result> {
  const { answer } = tried
  const outcome = outcomeOf(tried, pace.delaysMs)
  if (outcome.state === 'delivered') {
    await markDelivered(db, claimed, answer)
    return 'delivered'
  }
  const isPending = outcome.state === 'pending'
  const isFailing = isPending
    ? await markForRetry(db, claimed, answer, outcome.inMs)
    : await markFailed(db, claimed, answer)
  if (isFailing) log.warn({ webhookId: claimed.webhookId }, 'webhook failing for three days')
  return isPending ? 'toRetry' : 'failed'
}
