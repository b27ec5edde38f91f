import { and, eq, isNull, lt, lte, notExists, notInArray, or, sql } from 'drizzle-orm'
import { alias, type PgColumn, QueryBuilder } from 'drizzle-orm/pg-core'
import type { Queryable } from '../client.ts'
import { webhookDeliveries } from '../schema.ts'

export type DeliveryRow = typeof webhookDeliveries.$inferSelect

/** A delivery that only the drain that claimed it may send, until `claimedUntil`. */
export type Claimed = DeliveryRow & { firstAttemptAt: Date; claimedUntil: Date }

const earlier = alias(webhookDeliveries, 'earlier')
const queries = new QueryBuilder({ casing: 'snake_case' })

/** `at`: claims what is due by then. `inFlight`: what the drain is sending, though claims ran out. */
type Claim = { at: Date; limit: number; claimMs: number; inFlight?: string[] }

/**
 * Claims what may be sent, longest due first, at most one of each conversation. A claim begins
 * when the row is written. When the sender dies, its deliveries are due again after their claims.
 */
export async function claimDue(
  db: Queryable,
  webhookId: string,
  { at, limit, claimMs, inFlight = [] }: Claim,
): Promise<Claimed[]> {
  const { id, attempts, firstAttemptAt, nextAttemptAt, claimedUntil, position } = webhookDeliveries
  const isFree = or(isNull(claimedUntil), lte(claimedUntil, at))
  const mayGo = and(isFree, notInArray(id, inFlight), notExists(dueBefore(at)))
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
    // As an array it runs once: a subquery may run again in a join, and take more than the limit.
    .where(sql`${id} = any(array(${due}))`)
    .returning()
  return claimed as Claimed[]
}

type Table = typeof webhookDeliveries | typeof earlier

/** Not a parameter: by one, a cached plan could not use the indexes, which hold only pending rows. */
export const isPending = ({ state }: Table) => sql`${state} = 'pending'`

/** Whether it is due then, claimed or not. */
function isDue(table: Table, webhookId: string | PgColumn, at: Date) {
  return and(eq(table.webhookId, webhookId), isPending(table), lte(table.nextAttemptAt, at))
}

/** An earlier one of the conversation that is due too, as past its hour: it still goes first. */
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
