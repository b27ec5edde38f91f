import {
  and,
  eq,
  exists,
  gt,
  inArray,
  isNotNull,
  isNull,
  lte,
  min,
  not,
  or,
  sql,
} from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { Queryable } from '../client.ts'
import { eventCounters, webhookDeliveries, webhooks } from '../schema.ts'
import { isPending } from './due.ts'
import type { WebhookRow } from './webhooks.ts'

/** So long after its last mark nobody drains a webhook: a living drain marks it more often. */
const UNDRAINED_AFTER_S = 15
/** A drain is started this long before a delivery is due: about as long as a sweep may take. */
const AHEAD_MS = 3_000
/** How many are started at once: as many as a workspace may have. */
const BATCH = 100
const REMOVE_BATCH = 1_000

const queries = new QueryBuilder({ casing: 'snake_case' })

/**
 * What there is to do for a webhook. `at`: the database's clock. `behind`: whether events wait to
 * be turned into deliveries. `nextAt`: when the next delivery is due; one in flight counts too.
 */
export type Work = { webhook: WebhookRow; at: Date; behind: boolean; nextAt: Date | null }

const pending = and(eq(webhookDeliveries.webhookId, webhooks.id), isPending(webhookDeliveries))

/** Finds a webhook's work, also when it is deleted or inactive; null when its row is gone. */
export async function findWork(db: Queryable, id: string): Promise<Work | null> {
  const { nextAttemptAt } = webhookDeliveries
  const next = queries
    .select({ at: min(nextAttemptAt) })
    .from(webhookDeliveries)
    .where(pending)
  const [row] = await db
    .select({
      webhook: webhooks,
      // Rounded up: columns are rounded to milliseconds, and what is due must not be missed.
      at: sql`date_trunc('milliseconds', now()) + interval '1 ms'`.mapWith(webhooks.createdAt),
      behind: sql<boolean>`${gt(eventCounters.position, webhooks.position)}`,
      nextAt: sql<Date | null>`(${next})`.mapWith(nextAttemptAt),
    })
    .from(webhooks)
    .innerJoin(eventCounters, eq(eventCounters.workspaceId, webhooks.workspaceId))
    .where(eq(webhooks.id, id))
  return row ?? null
}

/** Tells the sweeper that this webhook is being drained. */
export async function markDrained(db: Queryable, id: string): Promise<void> {
  await db.update(webhooks).set({ drainedAt: sql`now()` }).where(eq(webhooks.id, id))
}

/**
 * Marks a webhook as drained by nobody, so that the next event starts it again. False when it has
 * work after all, or will have some within so many milliseconds.
 */
export async function leaveIdle(db: Queryable, id: string, withinMs: number): Promise<boolean> {
  const left = await db
    .update(webhooks)
    .set({ drainedAt: null })
    .where(and(eq(webhooks.id, id), not(hasWork(withinMs))))
    .returning({ id: webhooks.id })
  return left.length > 0
}

/** Some of the webhooks that should be drained and are not; the next calls return the others. */
export async function listUndrained(db: Queryable, workspaceId?: string): Promise<WebhookRow[]> {
  const { drainedAt, deactivatedAt, deletedAt } = webhooks
  const long = sql`${drainedAt} < now() - make_interval(secs => ${UNDRAINED_AFTER_S})`
  const inWorkspace = workspaceId === undefined ? undefined : eq(webhooks.workspaceId, workspaceId)
  const should = or(isNotNull(deletedAt), and(isNull(deactivatedAt), hasWork(AHEAD_MS)))
  return db
    .select()
    .from(webhooks)
    .where(and(inWorkspace, or(isNull(drainedAt), long), should))
    .orderBy(sql`random()`)
    .limit(BATCH)
}

/** Whether events wait to be turned into deliveries, or a delivery is due then or in flight. */
function hasWork(withinMs: number) {
  const { workspaceId, position } = eventCounters
  const later = and(eq(workspaceId, webhooks.workspaceId), gt(position, webhooks.position))
  const then = sql`now() + make_interval(secs => ${withinMs / 1000})`
  const due = and(pending, lte(webhookDeliveries.nextAttemptAt, then))
  const one = { one: sql`1` }
  return sql`(${exists(queries.select(one).from(eventCounters).where(later))}
    or ${exists(queries.select(one).from(webhookDeliveries).where(due))})`
}

/** Removes some of what a deleted webhook leaves, its own row last; says whether all is gone. */
export async function removeSome(db: Queryable, webhookId: string): Promise<boolean> {
  const some = queries
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
