import { and, eq, inArray, isNull, lt, lte, notExists, or, sql } from 'drizzle-orm'
import { alias, type PgColumn, QueryBuilder } from 'drizzle-orm/pg-core'
import type { Queryable } from '../client.ts'
import { webhookDeliveries } from '../schema.ts'

export type DeliveryRow = typeof webhookDeliveries.$inferSelect

/** A delivery that is this drain's to send until `claimedUntil`. */
export type Claimed = DeliveryRow & { firstAttemptAt: Date; claimedUntil: Date }

const earlier = alias(webhookDeliveries, 'earlier')
const queries = new QueryBuilder({ casing: 'snake_case' })

/**
 * Claims what may be sent at `at`, longest due first, at most one of each conversation. What dies
 * with its sender is due again once the claim has run out.
 */
export async function claimDue(
  db: Queryable,
  webhookId: string,
  { at, limit, claimMs }: { at: Date; limit: number; claimMs: number },
): Promise<Claimed[]> {
  const { nextAttemptAt, claimedUntil, position } = webhookDeliveries
  const isFree = or(isNull(claimedUntil), lte(claimedUntil, at))
  const due = queries
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(and(isDue(webhookDeliveries, webhookId, at), isFree, notExists(dueBefore(at))))
    .orderBy(nextAttemptAt, position)
    .limit(limit)
    .for('update', { skipLocked: true })
  const claimed = await db
    .update(webhookDeliveries)
    .set({
      attempts: sql`${webhookDeliveries.attempts} + 1`,
      firstAttemptAt: sql`coalesce(${webhookDeliveries.firstAttemptAt}, ${at.toISOString()})`,
      claimedUntil: new Date(at.getTime() + claimMs),
    })
    .where(inArray(webhookDeliveries.id, due))
    .returning()
  return claimed as Claimed[]
}

/** In flight or not. */
function isDue(
  table: typeof webhookDeliveries | typeof earlier,
  webhookId: string | PgColumn,
  at: Date,
) {
  const { state, nextAttemptAt } = table
  return and(eq(table.webhookId, webhookId), eq(state, 'pending'), lte(nextAttemptAt, at))
}

/** After its hour one holds nothing back, but of two that are due the earlier still goes first. */
function dueBefore(at: Date) {
  const { webhookId, conversationId, position } = webhookDeliveries
  return queries
    .select({ one: sql`1` })
    .from(earlier)
    .where(
      and(
        isDue(earlier, webhookId, at),
        eq(earlier.conversationId, conversationId),
        lt(earlier.position, position),
      ),
    )
}
