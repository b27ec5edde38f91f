import { and, asc, eq, gt, inArray, isNull, or, type SQL } from 'drizzle-orm'
import type { Transaction } from '../client.ts'
import { webhookDeliveries } from '../schema.ts'
import type { Claimed } from './due.ts'

/** From its first attempt, a failing delivery holds back later ones of its conversation so long. */
export const HOLD_MS = 60 * 60_000

/** When a conversation's next delivery may pass one that was first tried then and keeps failing. */
export const releasedAfter = (firstAttemptAt: Date) => new Date(firstAttemptAt.getTime() + HOLD_MS)

/**
 * Gives the next pending delivery of the conversation release at `at`, unless it has an earlier one
 * or was tried before. Releases are stored: to search for them among all that waits behind a dead
 * receiver would take longer from day to day.
 */
export async function releaseNext(tx: Transaction, passed: Claimed, at: SQL): Promise<void> {
  if (passed.conversationId === null) return
  const { id, webhookId, conversationId, position, state, attempts, nextAttemptAt } =
    webhookDeliveries
  const next = tx
    .select({ id })
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookId, passed.webhookId),
        eq(conversationId, passed.conversationId),
        gt(position, passed.position),
        eq(state, 'pending'),
      ),
    )
    .orderBy(asc(position))
    .limit(1)
  const isLater = or(isNull(nextAttemptAt), gt(nextAttemptAt, at))
  await tx
    .update(webhookDeliveries)
    .set({ nextAttemptAt: at })
    .where(and(inArray(id, next), eq(attempts, 0), isLater))
}
