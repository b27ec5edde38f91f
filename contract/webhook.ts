import type { DeliveryRow } from '../db/webhooks/due.ts'
import type { WebhookRow } from '../db/webhooks/webhooks.ts'

const at = (instant: Date | null) => instant?.toISOString() ?? null

/** A webhook without its secret. */
export function webhookShape(row: WebhookRow) {
  return {
    id: row.id,
    url: row.url,
    types: row.types,
    active: row.deactivatedAt === null,
    failingSince: at(row.failingSince),
    createdAt: row.createdAt.toISOString(),
  }
}

/** A delivery and what the receiver answered last. What was sent is the event it names. */
export function deliveryShape(row: DeliveryRow) {
  const { lastStatus: status, lastError: error, lastBody: body } = row
  return {
    id: row.id,
    eventId: String(row.position),
    type: row.type,
    conversationId: row.conversationId,
    state: row.state,
    attempts: row.attempts,
    createdAt: row.createdAt.toISOString(),
    firstAttemptAt: at(row.firstAttemptAt),
    nextAttemptAt: row.state === 'pending' ? at(row.nextAttemptAt) : null,
    deliveredAt: at(row.deliveredAt),
    answer: status === null && error === null ? null : { status, error, body },
  }
}
