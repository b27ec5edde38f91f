import { and, desc, eq, lt, sql } from 'drizzle-orm'
import type { Queryable } from '../client.ts'
import { oneOf } from '../listing.ts'
import { webhookDeliveries } from '../schema.ts'
import type { DeliveryRow } from './due.ts'
import type { WebhookRow } from './webhooks.ts'

/** A webhook's deliveries, latest event first. */
export function listDeliveries(
  db: Queryable,
  { id: webhookId }: WebhookRow,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<DeliveryRow[]> {
  const { position } = webhookDeliveries
  const older = before === undefined ? undefined : lt(position, before)
  return db
    .select()
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.webhookId, webhookId), older))
    .orderBy(desc(position))
    .limit(limit)
}

/**
 * Makes a delivery due now. One that arrived or failed begins anew, with three days. One in flight
 * stays so, and one that is held back stays held back. Null when the webhook has none such.
 */
export async function retryDelivery(
  db: Queryable,
  { id: webhookId, workspaceId }: WebhookRow,
  id: string,
): Promise<DeliveryRow | null> {
  const { state, attempts, firstAttemptAt, nextAttemptAt } = webhookDeliveries
  const isPending = eq(state, 'pending')
  const [row] = await db
    .update(webhookDeliveries)
    .set({
      state: 'pending',
      nextAttemptAt: sql`case when ${isPending} and ${nextAttemptAt} is null then null else now() end`,
      attempts: sql`case when ${isPending} then ${attempts} else 0 end`,
      firstAttemptAt: sql`case when ${isPending} then ${firstAttemptAt} end`,
      deliveredAt: null,
    })
    .where(
      and(oneOf(webhookDeliveries, workspaceId, id), eq(webhookDeliveries.webhookId, webhookId)),
    )
    .returning()
  return row ?? null
}
