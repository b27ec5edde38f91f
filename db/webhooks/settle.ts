import { and, eq, sql } from 'drizzle-orm'
import type { Database, Transaction } from '../client.ts'
import { webhookDeliveries, webhooks } from '../schema.ts'
import type { Claimed } from './due.ts'
import { noteFailure, noteSuccess } from './failing.ts'
import { letPass, turnAfter } from './turns.ts'

/** What a receiver said, or why it said nothing. */
export type Answer = { status: number | null; error: string | null; body: string | null }

const answered = ({ status, error, body }: Answer) => ({
  claimedUntil: null,
  lastStatus: status,
  lastError: error,
  lastBody: body,
})

/** It arrived, whoever sent it: the next has its turn, and the webhook is not failing. */
export function markDelivered(db: Database, claimed: Claimed, answer: Answer): Promise<void> {
  return alone(db, claimed, async (tx) => {
    await tx
      .update(webhookDeliveries)
      .set({ ...answered(answer), state: 'delivered', deliveredAt: sql`now()` })
      .where(eq(webhookDeliveries.id, claimed.id))
    await letPass(tx, claimed, sql`now()`)
    await noteSuccess(tx, claimed.webhookId)
  })
}

/**
 * It is tried again `inMs` from now, and the next has its turn an hour after the first attempt;
 * unless another attempt is under way already. Returns whether its webhook is now known to be
 * failing, and was not.
 */
export function markForRetry(
  db: Database,
  claimed: Claimed,
  answer: Answer,
  inMs: number,
): Promise<boolean> {
  const nextAttemptAt = sql`now() + make_interval(secs => ${inMs / 1000})`
  return alone(db, claimed, async (tx) => {
    const postponed = await tx
      .update(webhookDeliveries)
      .set({ ...answered(answer), nextAttemptAt })
      .where(isStill(claimed))
      .returning({ id: webhookDeliveries.id })
    if (postponed.length === 0) return false
    const turn = turnAfter(claimed.firstAttemptAt).toISOString()
    await letPass(tx, claimed, sql`${turn}::timestamptz`)
    return noteFailure(tx, claimed.webhookId)
  })
}

/**
 * It is not tried again by itself, and the next has its turn. Returns whether its webhook is now
 * known to be failing, and was not.
 */
export function markFailed(db: Database, claimed: Claimed, answer: Answer): Promise<boolean> {
  return alone(db, claimed, async (tx) => {
    const failed = await tx
      .update(webhookDeliveries)
      .set({ ...answered(answer), state: 'failed' })
      .where(isStill(claimed))
      .returning({ id: webhookDeliveries.id })
    if (failed.length === 0) return false
    await letPass(tx, claimed, sql`now()`)
    return noteFailure(tx, claimed.webhookId)
  })
}

/** One at a time for a webhook, fan-out included: who is given a turn must not be overlooked. */
function alone<T>(
  db: Database,
  { webhookId }: Claimed,
  run: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return db.transaction(async (tx) => {
    const its = eq(webhooks.id, webhookId)
    await tx.select({ id: webhooks.id }).from(webhooks).where(its).for('no key update')
    return run(tx)
  })
}

/** Nobody has taken it over since. */
function isStill({ id, attempts, claimedUntil }: Claimed) {
  const { state, ...row } = webhookDeliveries
  const mine = and(eq(row.attempts, attempts), eq(row.claimedUntil, claimedUntil))
  return and(eq(row.id, id), eq(state, 'pending'), mine)
}
