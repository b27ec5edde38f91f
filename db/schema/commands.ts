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
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { commandKinds, outcomes, principalTypes, type SettableStatus } from '../../domain/words.ts'
import { createdAt, id, instant, oneOf } from './columns.ts'
import { conversations } from './conversations.ts'
import { workspaces } from './workspaces.ts'

/** What a command was asked with. Text and notes stay here: the engine never sees them. */
export type CommandPayload = {
  userId?: string
  teamId?: string
  note?: string
  text?: string
  reason?: string
  language?: string
  status?: SettableStatus
  expectedEpoch?: number
  /** Of a shift change: the user for whom the actor passes on what that user holds. */
  holderId?: string
  /** A takeover without text of what was queued when the request arrived. */
  claim?: boolean
}

/** What somebody asked of a conversation, and what came of it. */
export const commands = pgTable(
  'commands',
  {
    id: id(),
    workspaceId: text().notNull(),
    conversationId: text().notNull(),
    kind: text({ enum: commandKinds }).notNull(),
    /** Null: the service itself. */
    actorType: text({ enum: principalTypes }),
    actorId: text(),
    payload: jsonb().$type<CommandPayload>().notNull(),
    requestId: text(),
    outcome: text({ enum: outcomes }).notNull().default('pending'),
    code: text(),
    answerStatus: integer(),
    /** The answer as it is sent, byte for byte; while `arrival` is set, still without a position. */
    answerBody: text(),
    createdAt: createdAt(),
    /** When its workflow was last told, and how often the sweeper had to. */
    signalledAt: createdAt(),
    sweeps: integer().notNull().default(0),
    settledAt: instant(),
    /**
     * The arrival it drew, until its answer says its position: counting what waits takes long and
     * is not done under the lock.
     */
    arrival: bigint({ mode: 'number' }),
  },
  (t): PgTableExtraConfigValue[] => [
    oneOf('commands_kind', t.kind, commandKinds),
    oneOf('commands_outcome', t.outcome, outcomes),
    oneOf('commands_actor', t.actorType, principalTypes),
    check('commands_actor_whole', sql`(${t.actorType} is null) = (${t.actorId} is null)`),
    check(
      'commands_settled_whole',
      sql`(${t.outcome} in ('accepted', 'queued', 'refused')) = (${t.settledAt} is not null) and (${t.settledAt} is null) = (${t.answerStatus} is null) and (${t.answerStatus} is null) = (${t.answerBody} is null)`,
    ),
    check('commands_code_when_refused', sql`(${t.outcome} = 'refused') = (${t.code} is not null)`),
    foreignKey({
      name: 'commands_conversation',
      columns: [t.workspaceId, t.conversationId],
      foreignColumns: [conversations.workspaceId, conversations.id],
    }),
    index('commands_by_conversation').on(t.conversationId, t.createdAt, t.id),
    uniqueIndex('commands_one_offer')
      .on(t.conversationId)
      .where(sql`${t.kind} = 'offer' and ${t.outcome} = 'pending'`),
    index('commands_pending').on(t.signalledAt).where(sql`${t.outcome} = 'pending'`),
    index('commands_done').on(doneAt(t)).where(sql`${t.outcome} <> 'pending'`),
  ],
)

/** When a command was settled; of one that was withdrawn, when it was last asked for. */
export function doneAt(t: Record<'settledAt' | 'createdAt', PgColumn>): SQL {
  return sql`coalesce(${t.settledAt}, ${t.createdAt})`
}

/**
 * One request of one principal under its Idempotency-Key: either a command, whose row has the
 * answer, or the stored answer of a creation or message.
 */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id),
    principalType: text({ enum: principalTypes }).notNull(),
    principalId: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of method, path and body, hex. */
    requestHash: text().notNull(),
    commandId: text().references(() => commands.id, { onDelete: 'cascade' }),
    answerStatus: integer(),
    answerBody: text(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.principalType, t.principalId, t.key] }),
    index('idempotency_keys_of_command').on(t.commandId),
    index('idempotency_keys_of_answers').on(t.createdAt).where(sql`${t.commandId} is null`),
    oneOf('idempotency_keys_principal', t.principalType, principalTypes),
    check(
      'idempotency_keys_answer',
      sql`num_nonnulls(${t.commandId}, ${t.answerStatus}) = 1 and (${t.answerStatus} is null) = (${t.answerBody} is null)`,
    ),
  ],
)
