import { bigint, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { Whereabouts } from '../../domain/conversation.ts'
import type { ConversationKind } from '../../domain/words.ts'
import { instant, oneOf } from './columns.ts'
import { workspaces } from './workspaces.ts'

export const eventTypes = [
  'conversation.created',
  'conversation.assigned',
  'conversation.queued',
  'conversation.closed',
  'conversation.returned_to_ai',
  'conversation.status_changed',
  'message.created',
  'command.refused',
  'user.presence_changed',
] as const
export type EventType = (typeof eventTypes)[number]

/** What happened, in commit order: positions come from the workspace's counter, without gaps. */
export const events = pgTable(
  'events',
  {
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id),
    position: bigint({ mode: 'number' }).notNull(),
    type: text({ enum: eventTypes }).notNull(),
    at: instant().notNull(),
    conversationId: text(),
    conversationKind: text().$type<ConversationKind>(),
    teamspaceId: text(),
    before: jsonb().$type<Whereabouts>(),
    after: jsonb().$type<Whereabouts>(),
    data: jsonb().$type<unknown>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.position] }),
    oneOf('events_type', t.type, eventTypes),
    index('events_by_conversation').on(t.workspaceId, t.conversationId, t.position),
  ],
)
