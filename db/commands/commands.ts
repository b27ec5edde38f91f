import { and, eq, gt, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm'
import { requestedKinds } from '../../domain/words.ts'
import { builtOnce } from '../built-once.ts'
import type { Queryable, Transaction } from '../client.ts'
import type { ConversationRow } from '../conversations/row.ts'
import { commands, conversations } from '../schema.ts'

export type CommandRow = typeof commands.$inferSelect
export type NewCommand = Pick<
  CommandRow,
  'id' | 'workspaceId' | 'conversationId' | 'kind' | 'actorType' | 'actorId' | 'payload'
> & { requestId?: string }

export async function insertCommand(tx: Queryable, command: NewCommand): Promise<CommandRow> {
  const [row] = await tx.insert(commands).values(command).returning()
  return row as CommandRow
}

export async function findCommand(db: Queryable, id: string): Promise<CommandRow | null> {
  const [row] = await db.select().from(commands).where(eq(commands.id, id))
  return row ?? null
}

export function findCommands(db: Queryable, ids: string[]): Promise<CommandRow[]> {
  return selectCommands(db, { ids })
}

const selectCommands = builtOnce((db) =>
  db
    .select()
    .from(commands)
    .where(sql`${commands.id} = any(${sql.placeholder('ids')}::text[])`),
)

type Which = { commandId: string; conversationId: string }

const isThis = and(
  eq(commands.id, sql.placeholder('commandId')),
  eq(commands.conversationId, sql.placeholder('conversationId')),
)

const selectToLock = builtOnce((db) =>
  db.select().from(commands).where(isThis).for('no key update'),
)

const selectBothToLock = builtOnce((db) =>
  db
    .select({ command: commands, conversation: conversations })
    .from(commands)
    .innerJoin(conversations, eq(conversations.id, commands.conversationId))
    .where(isThis)
    .for('no key update', { of: [commands, conversations] }),
)

/** The row, locked until the transaction ends: a second attempt waits here and finds it settled. */
export async function lockCommand(tx: Transaction, which: Which): Promise<CommandRow | null> {
  const [row] = await selectToLock(tx, which)
  return row ?? null
}

/** The row and then its conversation's, locked in this order by one statement. */
export async function lockCommandAndConversation(
  tx: Transaction,
  which: Which,
): Promise<{ command: CommandRow; conversation: ConversationRow } | null> {
  const [row] = await selectBothToLock(tx, which)
  return row ?? null
}

/** Makes the answer whole; the row as it is then. When another was first, that answer stays. */
export async function completeAnswer(
  db: Queryable,
  id: string,
  answerBody: string,
): Promise<CommandRow | null> {
  await db
    .update(commands)
    .set({ answerBody, arrival: null })
    .where(and(eq(commands.id, id), isNotNull(commands.arrival)))
  return findCommand(db, id)
}

/** Takes back a command that could not be signalled. False when it was settled meanwhile. */
export async function withdrawCommand(db: Queryable, id: string): Promise<boolean> {
  const rows = await db
    .update(commands)
    .set({ outcome: 'withdrawn' })
    .where(and(eq(commands.id, id), eq(commands.outcome, 'pending')))
    .returning({ id: commands.id })
  return rows.length > 0
}

/** Makes a withdrawn command pending again; false when it was not withdrawn. */
export async function reviveCommand(db: Queryable, id: string): Promise<boolean> {
  const rows = await db
    .update(commands)
    .set({ outcome: 'pending', createdAt: sql`now()`, signalledAt: sql`now()` })
    .where(and(eq(commands.id, id), eq(commands.outcome, 'withdrawn')))
    .returning({ id: commands.id })
  return rows.length > 0
}

/** What was asked of a conversation, oldest first; not what the service itself did. */
export function listCommands(
  db: Queryable,
  conversationId: string,
  page: { after?: { createdAt: Date; id: string }; limit: number },
): Promise<CommandRow[]> {
  const { after } = page
  const later: SQL | undefined =
    after &&
    or(
      gt(commands.createdAt, after.createdAt),
      and(eq(commands.createdAt, after.createdAt), gt(commands.id, after.id)),
    )
  return db
    .select()
    .from(commands)
    .where(
      and(
        eq(commands.conversationId, conversationId),
        inArray(commands.kind, requestedKinds),
        inArray(commands.outcome, ['pending', 'accepted', 'queued', 'refused']),
        later,
      ),
    )
    .orderBy(commands.createdAt, commands.id)
    .limit(page.limit)
}
