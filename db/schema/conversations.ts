import { type SQL, sql } from 'drizzle-orm'
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  type PgColumn,
  type PgTableExtraConfigValue,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import type { Decision } from '../../domain/chat-assignment/decision.ts'
import {
  causes,
  conversationKinds,
  openStatuses,
  principalTypes,
  queueCauses,
  statuses,
} from '../../domain/words.ts'
import { createdAt, id, instant, isOneOf, oneOf } from './columns.ts'
import { teams, users } from './people.ts'
import { aiAgents, teamspaces } from './teamspaces.ts'

/**
 * A chat or a ticket and who holds it. Its workflow alone writes status, Assignee, epoch, team,
 * origin, queue and version; storing a message writes `messageCount` and `lastMessageAt` only.
 */
export const conversations = pgTable(
  'conversations',
  {
    id: id(),
    workspaceId: text().notNull(),
    teamspaceId: text().notNull(),
    kind: text({ enum: conversationKinds }).notNull(),
    status: text({ enum: statuses }).notNull(),
    subject: text(),
    language: text(),
    playerExternalId: text().notNull(),
    playerName: text(),
    playerEmail: text(),
    assigneeUserId: text(),
    assigneeAiAgentId: text(),
    /** Who holds it, in one word; `queue` when nobody. Ties the row to its latest assignment. */
    holder: text()
      .notNull()
      .generatedAlwaysAs(
        (): SQL => holderOf(conversations.assigneeUserId, conversations.assigneeAiAgentId),
      ),
    teamId: text(),
    originAiAgentId: text(),
    epoch: integer().notNull().default(1),
    version: integer().notNull().default(1),
    /** Place among the waiting of its teamspace, drawn under the workspace's lock; null when not queued. */
    queueArrival: bigint({ mode: 'number' }),
    queuedAt: instant(),
    queueCause: text({ enum: queueCauses }),
    /** The pool it waits for: these teams; null for anyone in the teamspace. */
    queueTeamIds: text().array(),
    /** The holder a team transfer leaves: no candidate while others are in the pool. */
    queueTransferorId: text(),
    /** Of the latest close; null when that had none. */
    closingNote: text(),
    messageCount: integer().notNull().default(0),
    lastMessageAt: instant(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
    closedAt: instant(),
    lastActivityAt: instant()
      .notNull()
      .generatedAlwaysAs(
        (): SQL => sql`greatest(${conversations.updatedAt}, ${conversations.lastMessageAt})`,
      ),
  },
  (t): PgTableExtraConfigValue[] => [
    unique('conversations_in_workspace').on(t.workspaceId, t.id),
    oneOf('conversations_kind', t.kind, conversationKinds),
    oneOf('conversations_status', t.status, statuses),
    oneOf('conversations_queue_cause', t.queueCause, queueCauses),
    check(
      'conversations_held_or_queued',
      sql`num_nonnulls(${t.assigneeUserId}, ${t.assigneeAiAgentId}, ${t.queueArrival}) = 1`,
    ),
    check(
      'conversations_queue_whole',
      sql`num_nonnulls(${t.queueArrival}, ${t.queuedAt}, ${t.queueCause}) in (0, 3)`,
    ),
    check(
      'conversations_queued_pending',
      sql`${t.queueArrival} is null or ${t.status} = 'pending'`,
    ),
    check(
      'conversations_pool_only_queued',
      sql`${t.queueArrival} is not null or num_nonnulls(${t.queueTeamIds}, ${t.queueTransferorId}) = 0`,
    ),
    check('conversations_closed_at', sql`(${t.status} = 'closed') = (${t.closedAt} is not null)`),
    check(
      'conversations_closed_chat_is_ai',
      sql`${t.kind} <> 'chat' or ${t.status} <> 'closed' or ${t.assigneeAiAgentId} is not null`,
    ),
    check(
      'conversations_chat_has_origin',
      sql`(${t.kind} = 'chat') = (${t.originAiAgentId} is not null)`,
    ),
    check(
      'conversations_ticket_never_ai',
      sql`${t.kind} <> 'ticket' or ${t.assigneeAiAgentId} is null`,
    ),
    check(
      'conversations_counts',
      sql`${t.epoch} >= 1 and ${t.version} >= ${t.epoch} and ${t.messageCount} >= 0`,
    ),
    foreignKey({
      name: 'conversations_latest_assignment',
      columns: [t.id, t.epoch, t.holder],
      foreignColumns: [assignments.conversationId, assignments.number, assignments.holder],
    }),
    foreignKey({
      name: 'conversations_teamspace',
      columns: [t.workspaceId, t.teamspaceId],
      foreignColumns: [teamspaces.workspaceId, teamspaces.id],
    }),
    foreignKey({
      name: 'conversations_assignee_user',
      columns: [t.workspaceId, t.assigneeUserId],
      foreignColumns: [users.workspaceId, users.id],
    }),
    foreignKey({
      name: 'conversations_assignee_ai_agent',
      columns: [t.workspaceId, t.assigneeAiAgentId],
      foreignColumns: [aiAgents.workspaceId, aiAgents.id],
    }),
    foreignKey({
      name: 'conversations_origin_ai_agent',
      columns: [t.workspaceId, t.originAiAgentId],
      foreignColumns: [aiAgents.workspaceId, aiAgents.id],
    }),
    foreignKey({
      name: 'conversations_team',
      columns: [t.workspaceId, t.teamId],
      foreignColumns: [teams.workspaceId, teams.id],
    }),
    ...byActivity(t),
    index('conversations_open_of_user')
      .on(t.workspaceId, t.assigneeUserId, t.kind)
      .where(sql`${t.assigneeUserId} is not null and ${isOpen(t.status)}`),
    index('conversations_by_player').on(t.workspaceId, t.playerExternalId),
    index('conversations_in_queue')
      .on(t.workspaceId, t.queueArrival, t.id)
      .where(sql`${t.queueArrival} is not null`),
    index('conversations_queue')
      .on(t.teamspaceId, t.queueArrival)
      .where(sql`${t.queueArrival} is not null`),
    index('conversations_queue_by_pool')
      .on(t.teamspaceId, t.kind, queuePoolOf(t.queueTeamIds), t.queueArrival)
      .where(sql`${t.queueArrival} is not null`),
  ],
)

/** Each list in the order of its activity: db/conversations/latest.ts. */
function byActivity(t: Record<string, PgColumn>) {
  const inOrder = [t.kind, t.status, t.lastActivityAt, t.id] as [PgColumn, ...PgColumn[]]
  const of = (name: string, column: PgColumn) =>
    index(`conversations_of_${name}`)
      .on(column, ...inOrder)
      .where(sql`${column} is not null`)
  return [
    index('conversations_of_workspace').on(t.workspaceId as PgColumn, ...inOrder),
    of('user', t.assigneeUserId as PgColumn),
    of('ai_agent', t.assigneeAiAgentId as PgColumn),
    of('origin', t.originAiAgentId as PgColumn),
    of('team', t.teamId as PgColumn),
    index('conversations_waiting')
      .on(t.teamspaceId as PgColumn, ...inOrder)
      .where(sql`${t.queueArrival} is not null`),
  ]
}

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

/** It is open work. The words stand in the text: an index over them is not used for parameters. */
export function isOpen(status: PgColumn): SQL {
  return isOneOf(status, openStatuses)
}

/** The teams a queued conversation waits for; none for anyone. */
export function queuePoolOf(queueTeamIds: unknown): SQL {
  return sql`coalesce(${queueTeamIds}, '{}')`
}

/** The generated word for a holder: the user's or AI agent's id, or `queue`. */
export function holderOf(userId: unknown, aiAgentId: unknown): SQL {
  return sql`coalesce(${userId}, ${aiAgentId}, 'queue')`
}
