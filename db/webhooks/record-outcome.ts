import { and, eq, sql } from 'drizzle-orm'
import type { Database, Transaction } from '../client.ts'
import { webhookDeliveries, webhooks } from '../schema.ts'
import type { Claimed } from './due.ts'
import { noteFailure, noteSuccess } from './failing.ts'
import { releasedAfter, releaseNext } from './releases.ts'

/** What a receiver said, or why it said nothing. */
export type Answer = { status: number | null; error: string | null; body: string | null }

const answered = ({ status, error, body }: Answer) => ({
  claimedUntil: null,
  lastStatus: status,
  lastError: error,
  lastBody: body,
})

/** Records that it arrived, whoever sent it: the next is released, and the webhook is well. */
export function markDelivered(db: Database, claimed: Claimed, answer: Answer): Promise<void> {
  return whileLocked(db, claimed, async (tx) => {
    await tx
      .update(webhookDeliveries)
      .set({ ...answered(answer), state: 'delivered', deliveredAt: sql`now()` })
      .where(eq(webhookDeliveries.id, claimed.id))
    await releaseNext(tx, claimed, sql`now()`)
    await noteSuccess(tx, claimed.webhookId)
  })
}

/**
 * Has it tried again `inMs` from now; the next is released an hour after the first attempt.
 * Writes nothing when somebody else has claimed it since. Returns whether this makes the webhook
 * a failing one.
 */
export function markForRetry(
  db: Database,
  claimed: Claimed,
  answer: Answer,
  inMs: number,
): Promise<boolean> {
  const nextAttemptAt = sql`now() + make_interval(secs => ${inMs / 1000})`
  return whileLocked(db, claimed, async (tx) => {
    const postponed = await tx
      .update(webhookDeliveries)
      .set({ ...answered(answer), nextAttemptAt })
      .where(isStillClaimed(claimed))
      .returning({ id: webhookDeliveries.id })
    if (postponed.length === 0) return false
    const release = releasedAfter(claimed.firstAttemptAt).toISOString()
    await releaseNext(tx, claimed, sql`${release}::timestamptz`)
    return noteFailure(tx, claimed.webhookId)
  })
}

/**
 * Has it tried no more, and the next is released. Writes nothing when somebody else has claimed
 * it since. Returns whether this makes the webhook a failing one.
 */
export function markFailed(db: Database, claimed: Claimed, answer: Answer): Promise<boolean> {
  return whileLocked(db, claimed, async (tx) => {
    const failed = await tx
      .update(webhookDeliveries)
      .set({ ...answered(answer), state: 'failed' })
      .where(isStillClaimed(claimed))
      .returning({ id: webhookDeliveries.id })
    if (failed.length === 0) return false
    await releaseNext(tx, claimed, sql`now()`)
    return noteFailure(tx, claimed.webhookId)
  })
}

/** Locks the webhook, as fan-out does: neither may overlook what the other releases. */
function whileLocked<T>(
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

/** Whether nobody else has claimed it since. */
function isStillClaimed({ id, attempts, claimedUntil }: Claimed) {
  const { state, ...row } = webhookDeliveries
  const mine = and(eq(row.attempts, attempts), eq(row.claimedUntil, claimedUntil))
  return and(eq(row.id, id), eq(state, 'pending'), mine)
}
