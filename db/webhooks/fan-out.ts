import { and, asc, desc, eq, gt, sql } from 'drizzle-orm'
import type { Transaction } from '../client.ts'
import type { EventRow } from '../events/record.ts'
import { newId } from '../ids.ts'
import { events, webhookDeliveries, webhooks } from '../schema.ts'
import { isPending } from './due.ts'
import { releasedAfter } from './releases.ts'
import type { WebhookRow } from './webhooks.ts'

/** How many events one transaction turns into deliveries. */
const BATCH = 100

/**
 * Turns the next events into deliveries, in the order of their positions, and returns whether
 * there may be more. `webhook` must be locked by this transaction.
 */
export async function fanOut(
  tx: Transaction,
  webhook: WebhookRow,
  bodyOf: (event: EventRow) => string,
): Promise<{ more: boolean }> {
  const batch = await tx
    .select()
    .from(events)
    .where(and(eq(events.workspaceId, webhook.workspaceId), gt(events.position, webhook.position)))
    .orderBy(asc(events.position))
    .limit(BATCH)
  const position = batch.at(-1)?.position
  if (position === undefined) return { more: false }
  const wanted = batch.filter(({ type }) => webhook.types?.includes(type) ?? true)
  if (wanted.length > 0) {
    const releases = await releasesIn(tx, webhook, wanted)
    const rows = wanted.map((event) => deliveryOf(webhook, event, bodyOf(event), releases))
    await tx.insert(webhookDeliveries).values(rows).onConflictDoNothing()
  }
  await tx.update(webhooks).set({ position }).where(eq(webhooks.id, webhook.id))
  return { more: batch.length === BATCH }
}

/** When a conversation's next delivery is released; null until the one ahead of it was tried. */
type Releases = Map<string, Date | null>

/** The releases of those conversations that have a pending delivery; their last one sets it. */
async function releasesIn(
  tx: Transaction,
  { id }: WebhookRow,
  wanted: EventRow[],
): Promise<Releases> {
  const { webhookId, conversationId, position, firstAttemptAt } = webhookDeliveries
  const ids = [...new Set(wanted.flatMap((event) => event.conversationId ?? []))]
  if (ids.length === 0) return new Map()
  const asked = sql`unnest(${sql.param(ids)}::text[]) as asked(id)`
  const last = tx
    .select({ conversationId, firstAttemptAt })
    .from(webhookDeliveries)
    .where(and(eq(webhookId, id), eq(conversationId, sql`asked.id`), isPending(webhookDeliveries)))
    .orderBy(desc(position))
    .limit(1)
    .as('last')
  const ahead = await tx
    .select({ conversationId: last.conversationId, firstAttemptAt: last.firstAttemptAt })
    .from(asked)
    .crossJoinLateral(last)
  return new Map(
    ahead.map((row) => [
      row.conversationId ?? '',
      row.firstAttemptAt && releasedAfter(row.firstAttemptAt),
    ]),
  )
}

/** It is due since its event when nothing is ahead of it; then it is ahead of the next one. */
function deliveryOf(
  { id: webhookId, workspaceId }: WebhookRow,
  { position, type, conversationId, at }: EventRow,
  body: string,
  releases: Releases,
) {
  const release = conversationId === null ? undefined : releases.get(conversationId)
  if (conversationId !== null) releases.set(conversationId, null)
  const of = { workspaceId, webhookId, position, type, conversationId }
  return { id: newId('delivery'), ...of, body, nextAttemptAt: release === undefined ? at : release }
}
