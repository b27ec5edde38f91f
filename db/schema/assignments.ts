import { type SQL, sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  integer,
  jsonb,
  type PgTableExtraConfigValue,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import type { Decision } from '../../domain/chat-assignment/decision.ts'
import { causes, principalTypes } from '../../domain/words.ts'
import { createdAt, oneOf } from './columns.ts'
import { conversations, holderOf } from './conversations.ts'

/** One row of a conversation's record: the Assignee changed. Numbered 1, 2, 3 … without gaps. */
export const assignments = pgTable(
  'assignments',
  {
    workspaceId: text().notNull(),
    conversationId: text().notNull(),
    number: integer().notNull(),
    /** The number before, null for the first: its foreign key forbids a gap. */
    follows: integer().generatedAlwaysAs((): SQL => sql`nullif(${assignments.number} - 1, 0)`),
    at: createdAt(),
    cause: text({ enum: causes }).notNull(),
    actorType: text({ enum: principalTypes }),
    actorId: text(),
    fromUserId: text(),
    fromAiAgentId: text(),
    toUserId: text(),
    toAiAgentId: text(),
    holder: text()
      .notNull()
      .generatedAlwaysAs((): SQL => holderOf(assignments.toUserId, assignments.toAiAgentId)),
    teamId: text(),
    /** The pool, when it changed to nobody: who could see it then. */
    queueTeamIds: text().array(),
    note: text(),
    /** No foreign key: the record outlives its commands, and goes on naming them. */
    commandId: text(),
    decision: jsonb().$type<Decision>(),
  },
  (t): PgTableExtraConfigValue[] => [
    primaryKey({ columns: [t.conversationId, t.number] }),
    unique('assignments_holder').on(t.conversationId, t.number, t.holder),
    check('assignments_number', sql`${t.number} >= 1`),
    oneOf('assignments_cause', t.cause, causes),
    oneOf('assignments_actor', t.actorType, principalTypes),
    check('assignments_actor_whole', sql`(${t.actorType} is null) = (${t.actorId} is null)`),
    check('assignments_first_is_created', sql`(${t.number} = 1) = (${t.cause} = 'created')`),
    check('assignments_one_from', sql`num_nonnulls(${t.fromUserId}, ${t.fromAiAgentId}) <= 1`),
    check('assignments_one_to', sql`num_nonnulls(${t.toUserId}, ${t.toAiAgentId}) <= 1`),
    foreignKey({
      name: 'assignments_without_gaps',
      columns: [t.conversationId, t.follows],
      foreignColumns: [t.conversationId, t.number],
    }),
    foreignKey({
      name: 'assignments_conversation',
      columns: [t.workspaceId, t.conversationId],
      foreignColumns: [conversations.workspaceId, conversations.id],
    }),
    // A command that was carried out changed the Assignee at most once.
    unique('assignments_once_per_command').on(t.commandId),
  ],
)
