import { and, eq, isNull, lt, lte, notExists, notInArray, or, sql } from 'drizzle-orm'
import { alias, type PgColumn, QueryBuilder } from 'drizzle-orm/pg-core'
import type { Queryable } from '../client.ts'
import { webhookDeliveries } from '../schema.ts'

export type DeliveryRow = typeof webhookDeliveries.$inferSelect

/** A delivery that is this drain's to send until `claimedUntil`. */
export type Claimed = DeliveryRow & { firstAttemptAt: Date; claimedUntil: Date }

const earlier = alias(webhookDeliveries, 'earlier')
const queries = new QueryBuilder({ casing: 'snake_case' })

/** `at`: by when what is claimed is due. `flying`: what the drain is at, whatever its claims say. */
type Claim = { at: Date; limit: number; claimMs: number; flying?: string[] }

/**
 * Claims what may be sent, longest due first, at most one of each conversation. What dies with
 * its sender is due again once the claim has run out, which begins when the row is written.
 */
export async function claimDue(
  db: Queryable,
  webhookId: string,
  { at, limit, claimMs, flying = [] }: Claim,
): Promise<Claimed[]> {
  const { id, attempts, firstAttemptAt, nextAttemptAt, claimedUntil, position } = webhookDeliveries
  const isFree = or(isNull(claimedUntil), lte(claimedUntil, at))
  const mayGo = and(isFree, notInArray(id, flying), notExists(dueBefore(at)))
  const due = queries
    .select({ id })
    .from(webhookDeliveries)
    .where(and(isDue(webhookDeliveries, webhookId, at), mayGo))
    .orderBy(nextAttemptAt, position)
    .limit(limit)
    .for('update', { skipLocked: true })
  const claimed = await db
    .update(webhookDeliveries)
    .set({
      attempts: sql`${attempts} + 1`,
      firstAttemptAt: sql`coalesce(${firstAttemptAt}, clock_timestamp())`,
      claimedUntil: sql`clock_timestamp() + make_interval(secs => ${claimMs / 1000})`,
    })
    // Run once, as an array: as a subquery a join may run it again and take more than the limit.
    .where(sql`${id} = any(array(${due}))`)
    .returning()
  return claimed as Claimed[]
}

type Table = typeof webhookDeliveries | typeof earlier

/** Spelled out: by a parameter no plan that is kept could tell that the indexes hold it. */
export const isPending = ({ state }: Table) => sql`${state} = 'pending'`

/** In flight or not. */
function isDue(table: Table, webhookId: string | PgColumn, at: Date) {
  return and(eq(table.webhookId, webhookId), isPending(table), lte(table.nextAttemptAt, at))
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
