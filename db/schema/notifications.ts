import { sql } from 'drizzle-orm'
import { check, foreignKey, index, pgTable, text } from 'drizzle-orm/pg-core'
import { id, instant, oneOf } from './columns.ts'
import { conversations } from './conversations.ts'
import { users } from './people.ts'

export const notificationKinds = [
  'assigned',
  'message',
  'taken_over',
  'transferred_away',
  'queued',
  'webhook_failing',
] as const
export type NotificationKind = (typeof notificationKinds)[number]

/** What one user is told of a conversation, or an admin of a webhook. Of what was said, only the internal note is in it. */
export const notifications = pgTable(
  'notifications',
  {
    id: id(),
    workspaceId: text().notNull(),
    userId: text().notNull(),
    kind: text({ enum: notificationKinds }).notNull(),
    /** Null when it is of a webhook. */
    conversationId: text(),
    webhookId: text(),
    at: instant().notNull(),
    readAt: instant(),
    /** Of the transfer or handoff that brought it to them. */
    note: text(),
  },
  (t) => [
    oneOf('notifications_kind', t.kind, notificationKinds),
    check('notifications_of_one', sql`num_nonnulls(${t.conversationId}, ${t.webhookId}) = 1`),
    foreignKey({
      name: 'notifications_user',
      columns: [t.workspaceId, t.userId],
      foreignColumns: [users.workspaceId, users.id],
    }),
    foreignKey({
      name: 'notifications_conversation',
      columns: [t.workspaceId, t.conversationId],
      foreignColumns: [conversations.workspaceId, conversations.id],
    }),
    index('notifications_of_user').on(t.userId, t.at, t.id),
    index('notifications_by_age').on(t.at),
    index('notifications_to_claim')
      .on(t.conversationId)
      .where(sql`${t.kind} = 'queued' and ${t.readAt} is null`),
    index('notifications_unread').on(t.userId, t.at, t.id).where(sql`${t.readAt} is null`),
  ],
)
