import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Queryable, Transaction } from '../client.ts'
import { newId, newWebhookSecret } from '../ids.ts'
import { oneOf, type Part, within } from '../listing.ts'
import { type EventType, eventCounters, webhooks } from '../schema.ts'

export type WebhookRow = typeof webhooks.$inferSelect

const notDeleted = isNull(webhooks.deletedAt)

export function listWebhooks(
  db: Queryable,
  workspaceId: string,
  part: Part,
): Promise<WebhookRow[]> {
  return db
    .select()
    .from(webhooks)
    .where(and(within(webhooks, workspaceId, part), notDeleted))
    .orderBy(webhooks.id)
    .limit(part.limit + 1)
}

export async function findWebhook(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<WebhookRow | null> {
  const which = and(oneOf(webhooks, workspaceId, id), notDeleted)
  const [row] = await db.select().from(webhooks).where(which)
  return row ?? null
}

export function countWebhooks(db: Queryable, workspaceId: string): Promise<number> {
  return db.$count(webhooks, and(eq(webhooks.workspaceId, workspaceId), notDeleted))
}

/** Creates a webhook, which is told of events from now on. Show its secret only this once. */
export async function createWebhook(
  tx: Transaction,
  workspaceId: string,
  { url, types }: { url: string; types: EventType[] | null },
): Promise<WebhookRow> {
  const id = newId('webhook')
  const values = { id, workspaceId, url, types, secret: newWebhookSecret() }
  const [row] = await tx
    .insert(webhooks)
    .values({ ...values, position: lastPosition(workspaceId) })
    .returning()
  return row as WebhookRow
}

/** Locks a webhook: until commit nobody else changes it or turns events into its deliveries. */
export async function lockWebhook(
  tx: Transaction,
  workspaceId: string,
  id: string,
): Promise<WebhookRow | null> {
  const which = and(oneOf(webhooks, workspaceId, id), notDeleted)
  const [row] = await tx.select().from(webhooks).where(which).for('no key update')
  return row ?? null
}

/** From now on: events of the inactive time are not delivered. What was pending goes on. */
export async function activate(tx: Transaction, { id, workspaceId }: WebhookRow): Promise<void> {
  const position = lastPosition(workspaceId)
  // While it was inactive nothing could succeed.
  const anew = { deactivatedAt: null, drainedAt: null, troubledSince: null }
  await tx
    .update(webhooks)
    .set({ ...anew, position })
    .where(oneOf(webhooks, workspaceId, id))
}

export async function deactivate(tx: Transaction, webhook: WebhookRow): Promise<void> {
  const which = oneOf(webhooks, webhook.workspaceId, webhook.id)
  await tx.update(webhooks).set({ deactivatedAt: sql`now()` }).where(which)
}

/** Makes a webhook absent from now on. False when there is none. */
export async function markDeleted(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<boolean> {
  const deleted = await db
    .update(webhooks)
    .set({ deletedAt: sql`now()`, drainedAt: null })
    .where(and(oneOf(webhooks, workspaceId, id), notDeleted))
    .returning({ id: webhooks.id })
  return deleted.length > 0
}

function lastPosition(workspaceId: string) {
  return sql<number>`(select ${eventCounters.position} from ${eventCounters} where ${eq(eventCounters.workspaceId, workspaceId)})`
}
