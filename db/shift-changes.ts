import { and, count, eq, inArray, isNotNull, isNull, notInArray, type SQL, sql } from 'drizzle-orm'
import type { ConversationKind } from '../domain/words.ts'
import type { Queryable, Transaction } from './client.ts'
import { newId } from './ids.ts'
import { commands, conversations, shiftChangeConversations, shiftChanges } from './schema.ts'

export type ShiftChangeRow = typeof shiftChanges.$inferSelect
export type ShiftChangeTarget = { userId: string } | { teamId: string }
export type NewShiftChange = {
  workspaceId: string
  /** Whose conversations. */
  userId: string
  to: ShiftChangeTarget
  kinds: ConversationKind[]
  note?: string
  /** The user who begins it. */
  actorId: string
}

/** How many conversations: in all, passed on, refused, not begun yet, under way. */
export type Counts = Record<'total' | 'done' | 'refused' | 'waiting' | 'underWay', number>

/** How far a shift change has come, and which conversations were refused. */
export type Progress = {
  total: number
  done: number
  refused: { conversationId: string; code: string }[]
}

/**
 * Begins a shift change with everything the user holds now, without closed tickets and, to a team,
 * without what is resolved. When the user holds nothing, it has ended at once.
 */
export async function beginShiftChange(
  tx: Transaction,
  of: NewShiftChange,
): Promise<ShiftChangeRow> {
  const { workspaceId, userId, to, kinds, note, actorId } = of
  const target = 'userId' in to ? { toUserId: to.userId } : { toTeamId: to.teamId }
  const id = newId('shiftChange')
  await tx.insert(shiftChanges).values({ id, workspaceId, userId, ...target, kinds, note, actorId })
  await tx.insert(shiftChangeConversations).select(
    tx
      .select({
        workspaceId: conversations.workspaceId,
        shiftChangeId: sql<string>`${id}`.as('handover_id'),
        conversationId: conversations.id,
        commandId: sql<string>`null`.as('command_id'),
      })
      .from(conversations)
      .where(
        and(
          eq(conversations.workspaceId, workspaceId),
          eq(conversations.assigneeUserId, userId),
          inArray(conversations.kind, kinds),
          notInArray(conversations.status, 'teamId' in to ? ['resolved', 'closed'] : ['closed']),
        ),
      ),
  )
  return (await endWhenDone(tx, id)) as ShiftChangeRow
}

const one = (workspaceId: string, id: string) =>
  and(eq(shiftChanges.id, id), eq(shiftChanges.workspaceId, workspaceId)) as SQL

export async function findShiftChange(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<ShiftChangeRow | null> {
  const [row] = await db.select().from(shiftChanges).where(one(workspaceId, id))
  return row ?? null
}

/** The shift change of this user that has not ended. */
export async function findRunningShiftChange(
  db: Queryable,
  userId: string,
): Promise<ShiftChangeRow | null> {
  const which = and(eq(shiftChanges.userId, userId), eq(shiftChanges.state, 'running'))
  const [row] = await db.select().from(shiftChanges).where(which)
  return row ?? null
}

/** The row, locked until the transaction ends, so that no two begin the same conversation. */
export async function lockShiftChange(tx: Transaction, id: string): Promise<ShiftChangeRow | null> {
  const [row] = await tx
    .select()
    .from(shiftChanges)
    .where(eq(shiftChanges.id, id))
    .for('no key update')
  return row ?? null
}

/** Cancels a shift change: what is under way goes on. Changes nothing when it has ended. */
export async function cancelShiftChange(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<void> {
  await db
    .update(shiftChanges)
    .set({ state: 'cancelled', endedAt: sql`clock_timestamp()` })
    .where(and(one(workspaceId, id), eq(shiftChanges.state, 'running')))
}

/** Returns the row, after ending it if everything was passed on or refused. */
export async function endWhenDone(tx: Transaction, id: string): Promise<ShiftChangeRow | null> {
  const { waiting, underWay } = await countOf(tx, id)
  if (waiting + underWay === 0) {
    await tx
      .update(shiftChanges)
      .set({ state: 'finished', endedAt: sql`clock_timestamp()` })
      .where(and(eq(shiftChanges.id, id), eq(shiftChanges.state, 'running')))
  }
  return lockShiftChange(tx, id)
}

/** The next conversations to begin with, oldest first. */
export async function nextOf(db: Queryable, id: string, limit: number): Promise<string[]> {
  const rows = await db
    .select({ conversationId: shiftChangeConversations.conversationId })
    .from(shiftChangeConversations)
    .where(
      and(
        eq(shiftChangeConversations.shiftChangeId, id),
        isNull(shiftChangeConversations.commandId),
      ),
    )
    .orderBy(shiftChangeConversations.conversationId)
    .limit(limit)
  return rows.map((row) => row.conversationId)
}

/** Remembers the command that passes a conversation on. */
export async function rememberCommand(
  tx: Transaction,
  shiftChangeId: string,
  command: { id: string; conversationId: string },
): Promise<void> {
  await tx
    .update(shiftChangeConversations)
    .set({ commandId: command.id })
    .where(
      and(
        eq(shiftChangeConversations.shiftChangeId, shiftChangeId),
        eq(shiftChangeConversations.conversationId, command.conversationId),
      ),
    )
}

/** How far it has come. A command that retention has removed counts as carried out. */
export async function countOf(db: Queryable, id: string): Promise<Counts> {
  const state = sql<'waiting' | 'pending' | 'refused' | 'done'>`case
    when ${shiftChangeConversations.commandId} is null then 'waiting'
    when ${commands.outcome} in ('pending', 'refused') then ${commands.outcome}
    else 'done' end`
  const rows = await db
    .select({ state, of: count() })
    .from(shiftChangeConversations)
    .leftJoin(commands, eq(commands.id, shiftChangeConversations.commandId))
    .where(eq(shiftChangeConversations.shiftChangeId, id))
    .groupBy(state)
  const counted = (which: string) => rows.find((row) => row.state === which)?.of ?? 0
  return {
    total: rows.reduce((sum, row) => sum + row.of, 0),
    done: counted('done'),
    refused: counted('refused'),
    waiting: counted('waiting'),
    underWay: counted('pending'),
  }
}

/** How far it has come, with the refused conversations and why. */
export async function progressOf(db: Queryable, id: string): Promise<Progress> {
  const { total, done } = await countOf(db, id)
  return { total, done, refused: await listRefused(db, id) }
}

async function listRefused(db: Queryable, id: string) {
  const rows = await db
    .select({ conversationId: shiftChangeConversations.conversationId, code: commands.code })
    .from(shiftChangeConversations)
    .innerJoin(commands, eq(commands.id, shiftChangeConversations.commandId))
    .where(and(eq(shiftChangeConversations.shiftChangeId, id), isNotNull(commands.code)))
    .orderBy(shiftChangeConversations.conversationId)
  return rows as { conversationId: string; code: string }[]
}

/** Shift changes whose workflow should run; at random, so that each comes up within a few calls. */
export function listRunningShiftChanges(db: Queryable, limit: number): Promise<ShiftChangeRow[]> {
  return db
    .select()
    .from(shiftChanges)
    .where(eq(shiftChanges.state, 'running'))
    .orderBy(sql`random()`)
    .limit(limit)
}
