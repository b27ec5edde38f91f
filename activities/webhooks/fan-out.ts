import { webhookBody } from '../../contract/webhook-body.ts'
import type { Database } from '../../db/client.ts'
import { fanOut } from '../../db/webhooks/fan-out.ts'
import { lockWebhook, type WebhookRow } from '../../db/webhooks/webhooks.ts'

/**
 * Turns a batch of events into deliveries, unless the webhook has been deactivated or deleted
 * meanwhile. Returns whether there may be more.
 */
export function fanOutNow(db: Database, { id, workspaceId }: WebhookRow): Promise<boolean> {
  return db.transaction(async (tx) => {
    const webhook = await lockWebhook(tx, workspaceId, id)
    if (!webhook || webhook.deactivatedAt) return false
    const { more } = await fanOut(tx, webhook, webhookBody)
    return more
  })
}
