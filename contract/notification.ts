import type { NotificationRow } from '../db/notifications.ts'

/** The contract's Notification. */
export function notificationShape(row: NotificationRow) {
  return {
    id: row.id,
    kind: row.kind,
    conversationId: row.conversationId,
    ...(row.webhookId !== null && { webhookId: row.webhookId }),
    at: row.at.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
    ...(row.note !== null && { note: row.note }),
  }
}
