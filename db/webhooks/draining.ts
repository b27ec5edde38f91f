import { and, eq, gt, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { Queryable } from '../client.ts'
import { eventCounters, webhookDeliveries, webhooks } from '../schema.ts'
import type { WebhookRow } from './webhooks.ts'

/** After this long unseen it is nobody's: longer than a drain that lives leaves between two looks. */
const UNSEEN_S = 15
const BATCH = 100
const REMOVE_BATCH = 1_000

/** A webhook by the database's clock, and whether events wait to be turned into deliveries. */
export type Seen = { webhook: WebhookRow; at: Date; behind: boolean }

/** The webhook as it is now, deleted or not; null when it is gone. */
export async function seeWebhook(db: Queryable, id: string): Promise<Seen | null> {
  const [row] = await db
    .select({
      webhook: webhooks,
      // Up to the next millisecond: what is due by a rounded column must not be missed.
      at: sql`date_trunc('milliseconds', now()) + interval '1 ms'`.mapWith(webhooks.createdAt),
      behind: sql<boolean>`${gt(eventCounters.position, webhooks.position)}`,
    })
    .from(webhooks)
    .innerJoin(eventCounters, eq(eventCounters.workspaceId, webhooks.workspaceId))
    .where(eq(webhooks.id, id))
  return row ?? null
}

/** Tells the sweeper that this webhook is being seen to. */
export async function markDrained(db: Queryable, id: string): Promise<void> {
  await db.update(webhooks).set({ drainedAt: sql`now()` }).where(eq(webhooks.id, id))
}

/** Some of the webhooks that should be seen to and are not; others come another time. */
export async function listUnseen(db: Queryable): Promise<WebhookRow[]> {
  const { drainedAt, deactivatedAt, deletedAt } = webhooks
  const unseen = sql`${drainedAt} < now() - make_interval(secs => ${UNSEEN_S})`
  return db
    .select()
    .from(webhooks)
    .where(and(or(isNull(deactivatedAt), isNotNull(deletedAt)), or(isNull(drainedAt), unseen)))
    .orderBy(sql`random()`)
    .limit(BATCH)
}

/** Removes some of what a deleted webhook leaves, its own row last; says whether all is gone. */
export async function removeSome(db: Queryable, webhookId: string): Promise<boolean> {
  const some = new QueryBuilder({ casing: 'snake_case' })
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.webhookId, webhookId))
    .limit(REMOVE_BATCH)
  const removed = await db
    .delete(webhookDeliveries)
    .where(inArray(webhookDeliveries.id, some))
    .returning({ id: webhookDeliveries.id })
  if (removed.length > 0) return false
  await db.delete(webhooks).where(and(eq(webhooks.id, webhookId), isNotNull(webhooks.deletedAt)))
  return true
}
