import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  type PgTableExtraConfigValue,
  pgTable,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { id, instant, oneOf } from './columns.ts'
import { assignments, conversations } from './conversations.ts'

const authorTypes = ['player', 'user', 'ai_agent'] as const

/** What was said, in the order in which it was stored. */
export const messages = pgTable(
  'messages',
  {
    id: id(),
    workspaceId: text().notNull(),
    conversationId: text().notNull(),
    /** Its place in the conversation: 1, 2, 3 … */
    number: integer().notNull(),
    authorType: text({ enum: authorTypes }).notNull(),
    /** The user's or AI agent's id; a player's externalId. */
    authorId: text().notNull(),
    text: text().notNull(),
    epoch: integer().notNull(),
    sentAt: instant().notNull(),
    /** The takeover that sent it: assignment and message are one act. It outlives the command. */
    commandId: text(),
  },
  (t): PgTableExtraConfigValue[] => [
    unique('messages_place').on(t.conversationId, t.number),
    index('messages_of_epoch').on(t.conversationId, t.epoch),
    unique('messages_once_per_command').on(t.commandId),
    oneOf('messages_author', t.authorType, authorTypes),
    check('messages_number', sql`${t.number} >= 1`),
    foreignKey({
      name: 'messages_conversation',
      columns: [t.workspaceId, t.conversationId],
      foreignColumns: [conversations.workspaceId, conversations.id],
    }),
    foreignKey({
      name: 'messages_epoch',
      columns: [t.conversationId, t.epoch],
      foreignColumns: [assignments.conversationId, assignments.number],
    }),
  ],
)
