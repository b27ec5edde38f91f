import { and, eq, gt, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm'
import { requestedKinds } from '../../domain/words.ts'
import type { Queryable, Transaction } from '../client.ts'
import { notifyAfterCommit } from '../notify.ts'
import { commands } from '../schema.ts'

export type CommandRow = typeof commands.$inferSelect
export type NewCommand = Pick<
  CommandRow,
  'id' | 'workspaceId' | 'conversationId' | 'kind' | 'actorType' | 'actorId' | 'payload'
> & { requestId?: string }

/** The channel on which a settled command's id is told to the API that waits for it. */
export const SETTLED_CHANNEL = 'baton_settled'

export async function insertCommand(tx: Queryable, command: NewCommand): Promise<CommandRow> {
  const [row] = await tx.insert(commands).values(command).returning()
  return row as CommandRow
}

export async function findCommand(db: Queryable, id: string): Promise<CommandRow | null> {
  const [row] = await db.select().from(commands).where(eq(commands.id, id))
  return row ?? null
}

export function findCommands(db: Queryable, ids: string[]): Promise<CommandRow[]> {
  return db
    .select()
    .from(commands)
    .where(sql`${commands.id} = any(${sql.param(ids)}::text[])`)
}

/** The row, locked until the transaction ends: a second attempt waits here and finds it settled. */
export async function lockCommand(
  tx: Transaction,
  { commandId, conversationId }: { commandId: string; conversationId: string },
): Promise<CommandRow | null> {
  const [row] = await tx
    .select()
    .from(commands)
    .where(and(eq(commands.id, commandId), eq(commands.conversationId, conversationId)))
    .for('no key update')
  return row ?? null
}

export type Settled = {
  outcome: 'accepted' | 'queued' | 'refused'
  code?: string
  answerStatus: number
  answerBody: string
  settledAt: Date
  /** The place it drew in the queue; its position is still to be written into the answer. */
  arrival?: number
}

/** Gives a command its outcome and answer; who waits for it is told after the commit. */
export async function settleCommand(tx: Transaction, id: string, settled: Settled): Promise<void> {
  notifyAfterCommit(tx, SETTLED_CHANNEL, id)
  await tx.update(commands).set(settled).where(eq(commands.id, id))
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
