import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { type ConversationKind, shiftChangeStates } from '../../domain/words.ts'
import { createdAt, id, instant, oneOf } from './columns.ts'
import { conversations } from './conversations.ts'
import { teams, users } from './people.ts'

/** A shift change: everything one user held when it was begun goes to another, or to a team. */
export const shiftChanges = pgTable(
  'handovers',
  {
    id: id(),
    workspaceId: text().notNull(),
    /** Whose conversations are passed on. */
    userId: text().notNull(),
    toUserId: text(),
    toTeamId: text(),
    kinds: text().array().$type<ConversationKind[]>().notNull(),
    note: text(),
    /** Who began it: the user themselves, or an admin. They are the actor on record. */
    actorId: text().notNull(),
    state: text({ enum: shiftChangeStates }).notNull().default('running'),
    createdAt: createdAt(),
    endedAt: instant(),
  },
  (t) => [
    unique('handovers_in_workspace').on(t.workspaceId, t.id),
    oneOf('handovers_state', t.state, shiftChangeStates),
    check('handovers_one_target', sql`num_nonnulls(${t.toUserId}, ${t.toTeamId}) = 1`),
    check('handovers_ended', sql`(${t.state} = 'running') = (${t.endedAt} is null)`),
    uniqueIndex('handovers_one_running').on(t.userId).where(sql`${t.state} = 'running'`),
    index('handovers_ended_at').on(t.endedAt),
    foreignKey({
      name: 'handovers_user',
      columns: [t.workspaceId, t.userId],
      foreignColumns: [users.workspaceId, users.id],
    }),
    foreignKey({
      name: 'handovers_actor',
      columns: [t.workspaceId, t.actorId],
      foreignColumns: [users.workspaceId, users.id],
    }),
    foreignKey({
      name: 'handovers_to_user',
      columns: [t.workspaceId, t.toUserId],
      foreignColumns: [users.workspaceId, users.id],
    }),
    foreignKey({
      name: 'handovers_to_team',
      columns: [t.workspaceId, t.toTeamId],
      foreignColumns: [teams.workspaceId, teams.id],
    }),
  ],
)

/** What they held then, and the one command that passes it on, once it has begun. */
export const shiftChangeConversations = pgTable(
  'handover_conversations',
  {
    workspaceId: text().notNull(),
    shiftChangeId: text('handover_id').notNull(),
    conversationId: text().notNull(),
    /** Null until it has begun. */
    commandId: text(),
  },
  (t) => [
    primaryKey({ columns: [t.shiftChangeId, t.conversationId] }),
    unique('handover_conversations_command').on(t.commandId),
    foreignKey({
      name: 'handover_conversations_handover',
      columns: [t.workspaceId, t.shiftChangeId],
      foreignColumns: [shiftChanges.workspaceId, shiftChanges.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'handover_conversations_conversation',
      columns: [t.workspaceId, t.conversationId],
      foreignColumns: [conversations.workspaceId, conversations.id],
    }),
  ],
)
