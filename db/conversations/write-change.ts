import { eq, getTableColumns, sql } from 'drizzle-orm'
import type { Principal } from '../../domain/principals.ts'
import { builtOncePer, held, heldRow, valuesOfRow } from '../built-once.ts'
import type { Queryable, Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import type { Notice } from '../notifications.ts'
import { assignments, conversations, messages, notifications } from '../schema.ts'
import { anyAsker, valuesOf } from './asker.ts'
import { type AssignmentRow, rememberAssigned } from './assignments.ts'
import type { MessageRow } from './messages.ts'
import type { ConversationRow } from './row.ts'
import { assigneeName, metBy, type Sight } from './sight.ts'

const HELD = [
  ...(['status', 'epoch', 'version', 'assigneeUserId', 'assigneeAiAgentId', 'teamId'] as const),
  ...(['originAiAgentId', 'queueArrival', 'queueCause', 'queueTeamIds'] as const),
  ...(['queueTransferorId', 'closingNote', 'messageCount'] as const),
]

/** What a conversation, whose row is locked, is from now on; `now`: the moment of writing. */
export type After = Pick<ConversationRow, (typeof HELD)[number]> & {
  queuedAt: Date | 'now' | null
  closedAt: Date | 'now' | null
}

/** What is written with it: a row of the record, a message, whom to notify. */
export type With = {
  assignment?: Omit<AssignmentRow, 'at'>
  message?: Omit<MessageRow, 'sentAt'>
  notices: Notice[]
}

/** As a moment of writing all rows have the same, which is after all locks were taken. */
const NOW = sql`statement_timestamp()`

/**
 * Writes a change in one statement: the conversation, and what comes with it; the new Assignee
 * remembers that they were assigned something. Returns the row, and for an asker how they meet it.
 * For a few notices: each number of them is a statement of its own.
 */
export async function writeChange(
  tx: Transaction,
  asker: Principal | null,
  before: ConversationRow,
  after: After,
  { assignment, message, notices }: With,
): Promise<
  ConversationRow & Partial<Pick<Sight, 'assigneeName' | keyof ReturnType<typeof metBy>>>
> {
  const { queuedAt, closedAt } = after
  const columns = Object.fromEntries(HELD.map((name) => [name, after[name]]))
  const shape: Shape = {
    asker: asker?.type ?? null,
    assigns: assignment !== undefined,
    assignsUser: typeof assignment?.toUserId === 'string',
    says: message !== undefined,
    tells: notices.length,
  }
  const values = {
    ...(asker && valuesOf(asker)),
    ...valuesOfRow(conversations, columns, 'after '),
    ...timeOf('queuedAt', queuedAt),
    ...timeOf('closedAt', closedAt),
    ...valuesOfRow(conversations, { lastMessageAt: before.lastMessageAt }, 'before '),
    ...(assignment && valuesOfRow(assignments, assignment, 'assigned ')),
    ...(message && valuesOfRow(messages, message, 'said ')),
    ...Object.assign({}, ...notices.map((notice, index) => valuesOfNotice(notice, index))),
    ...{ id: before.id, workspaceId: before.workspaceId },
  }
  const [row] = await update(tx, shape, values)
  return row as ConversationRow
}

type Shape = {
  asker: Principal['type'] | null
  assigns: boolean
  assignsUser: boolean
  says: boolean
  tells: number
}

const update = builtOncePer(JSON.stringify, (db, shape: Shape) => {
  const met = shape.asker && { assigneeName, ...metBy(anyAsker(shape.asker)) }
  return db
    .with(...partsOf(db, shape))
    .update(conversations)
    .set({
      ...heldRow(conversations, HELD, 'after '),
      updatedAt: NOW,
      queuedAt: heldTime('queuedAt'),
      closedAt: heldTime('closedAt'),
      ...(shape.says && { lastMessageAt: SENT }),
    })
    .where(eq(conversations.id, sql.placeholder('id')))
    .returning({ ...getTableColumns(conversations), ...met })
})

/** Never before the message that stands before it, even when the clock was set back. */
const SENT = sql`greatest(${NOW}, ${sql.placeholder('before lastMessageAt')}::timestamptz)`

const ASSIGNMENT = [
  ...(['workspaceId', 'conversationId', 'number', 'cause', 'actorType', 'actorId'] as const),
  ...(['fromUserId', 'fromAiAgentId', 'toUserId', 'toAiAgentId', 'teamId'] as const),
  ...(['queueTeamIds', 'note', 'commandId', 'decision'] as const),
]
const MESSAGE = [
  ...(['id', 'workspaceId', 'conversationId', 'number', 'authorType', 'authorId'] as const),
  ...(['text', 'epoch', 'commandId'] as const),
]
const NOTICE = ['id', 'userId', 'kind', 'note'] as const

function partsOf(db: Queryable, { assigns, assignsUser, says, tells }: Shape) {
  const assigned = { ...heldRow(assignments, ASSIGNMENT, 'assigned '), at: NOW }
  const said = { ...heldRow(messages, MESSAGE, 'said '), sentAt: SENT }
  const remembered = rememberAssigned(db, held('workspaceId'), held('assigned toUserId'))
  return [
    ...(assigns ? [db.$with('assigned').as(db.insert(assignments).values(assigned))] : []),
    ...(assignsUser ? [db.$with('remembered').as(remembered)] : []),
    ...(says ? [db.$with('said').as(db.insert(messages).values(said))] : []),
    ...(tells > 0 ? [db.$with('told').as(db.insert(notifications).values(noticesOf(tells)))] : []),
  ]
}

function noticesOf(count: number) {
  const of = { workspaceId: held('workspaceId'), conversationId: held('id') }
  return Array.from({ length: count }, (_, index) => ({
    ...heldRow(notifications, NOTICE, `told ${index} `),
    ...of,
    at: sql`clock_timestamp()`,
  }))
}

function valuesOfNotice({ userId, kind, note = null }: Notice, index: number) {
  const row = { id: newId('notification'), userId, kind, note }
  return valuesOfRow(notifications, row, `told ${index} `)
}

const heldTime = (name: string) =>
  sql`case when ${held(`${name} is now`)}::boolean then ${NOW} else ${held(name)}::timestamptz end`

function timeOf(name: string, at: Date | 'now' | null) {
  return { [name]: at instanceof Date ? at.toISOString() : null, [`${name} is now`]: at === 'now' }
}
