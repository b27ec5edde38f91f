import { and, count, eq, inArray, isNotNull, isNull, notInArray, type SQL, sql } from 'drizzle-orm'
import type { ConversationKind } from '../domain/words.ts'
import type { Queryable, Transaction } from './client.ts'
import { newId } from './ids.ts'
import { commands, conversations, handoverConversations, handovers } from './schema.ts'

export type HandoverRow = typeof handovers.$inferSelect
export type HandoverTarget = { userId: string } | { teamId: string }
export type NewHandover = {
  workspaceId: string
  /** Whose conversations. */
  userId: string
  to: HandoverTarget
  kinds: ConversationKind[]
  note?: string
  /** The user who begins it. */
  actorId: string
}

/** How many conversations there are, were passed on, were refused, wait for their turn, are under way. */
export type Counts = Record<'total' | 'done' | 'refused' | 'waiting' | 'underWay', number>

/** How far it has come, and which were refused. */
export type Progress = {
  total: number
  done: number
  refused: { conversationId: string; code: string }[]
}

/**
 * Begins a handover of everything the user holds at this moment, closed tickets excepted, and to a
 * team also what is resolved; one of nothing has ended at once.
 */
export async function beginHandover(tx: Transaction, of: NewHandover): Promise<HandoverRow> {
  const { workspaceId, userId, to, kinds, note, actorId } = of
  const target = 'userId' in to ? { toUserId: to.userId } : { toTeamId: to.teamId }
  const id = newId('handover')
  await tx.insert(handovers).values({ id, workspaceId, userId, ...target, kinds, note, actorId })
  await tx.insert(handoverConversations).select(
    tx
      .select({
        workspaceId: conversations.workspaceId,
        handoverId: sql<string>`${id}`.as('handover_id'),
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
  return (await endWhenDone(tx, id)) as HandoverRow
}

const one = (workspaceId: string, id: string) =>
  and(eq(handovers.id, id), eq(handovers.workspaceId, workspaceId)) as SQL

export async function findHandover(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<HandoverRow | null> {
  const [row] = await db.select().from(handovers).where(one(workspaceId, id))
  return row ?? null
}

/** The handover of what this user holds that has not ended. */
export async function findRunningHandover(
  db: Queryable,
  userId: string,
): Promise<HandoverRow | null> {
  const which = and(eq(handovers.userId, userId), eq(handovers.state, 'running'))
  const [row] = await db.select().from(handovers).where(which)
  return row ?? null
}

/** The row, locked until the transaction ends, so that no two take the same turn. */
export async function lockHandover(tx: Transaction, id: string): Promise<HandoverRow | null> {
  const [row] = await tx.select().from(handovers).where(eq(handovers.id, id)).for('no key update')
  return row ?? null
}

/** Begins nothing more of it; what is under way goes on. Quiet when it has ended. */
export async function cancelHandover(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<void> {
  await db
    .update(handovers)
    .set({ state: 'cancelled', endedAt: sql`clock_timestamp()` })
    .where(and(one(workspaceId, id), eq(handovers.state, 'running')))
}

/** The row, ended if everything of it was passed on or refused. */
export async function endWhenDone(tx: Transaction, id: string): Promise<HandoverRow | null> {
  const { waiting, underWay } = await countOf(tx, id)
  if (waiting + underWay === 0) {
    await tx
      .update(handovers)
      .set({ state: 'finished', endedAt: sql`clock_timestamp()` })
      .where(and(eq(handovers.id, id), eq(handovers.state, 'running')))
  }
  return lockHandover(tx, id)
}

/** Those whose turn is next, oldest conversations first. */
export async function nextOf(db: Queryable, id: string, limit: number): Promise<string[]> {
  const rows = await db
    .select({ conversationId: handoverConversations.conversationId })
    .from(handoverConversations)
    .where(and(eq(handoverConversations.handoverId, id), isNull(handoverConversations.commandId)))
    .orderBy(handoverConversations.conversationId)
    .limit(limit)
  return rows.map((row) => row.conversationId)
}

/** Remembers the command that passes a conversation on. */
export async function takeTurn(
  tx: Transaction,
  handoverId: string,
  command: { id: string; conversationId: string },
): Promise<void> {
  await tx
    .update(handoverConversations)
    .set({ commandId: command.id })
    .where(
      and(
        eq(handoverConversations.handoverId, handoverId),
        eq(handoverConversations.conversationId, command.conversationId),
      ),
    )
}

/** How far it has come. A command that is gone, being older than the retention, counts as carried out. */
export async function countOf(db: Queryable, id: string): Promise<Counts> {
  const state = sql<'waiting' | 'pending' | 'refused' | 'done'>`case
    when ${handoverConversations.commandId} is null then 'waiting'
    when ${commands.outcome} in ('pending', 'refused') then ${commands.outcome}
    else 'done' end`
  const rows = await db
    .select({ state, of: count() })
    .from(handoverConversations)
    .leftJoin(commands, eq(commands.id, handoverConversations.commandId))
    .where(eq(handoverConversations.handoverId, id))
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

/** How far it has come, and what was refused, and why. */
export async function progressOf(db: Queryable, id: string): Promise<Progress> {
  const { total, done } = await countOf(db, id)
  return { total, done, refused: await listRefused(db, id) }
}

async function listRefused(db: Queryable, id: string) {
  const rows = await db
    .select({ conversationId: handoverConversations.conversationId, code: commands.code })
    .from(handoverConversations)
    .innerJoin(commands, eq(commands.id, handoverConversations.commandId))
    .where(and(eq(handoverConversations.handoverId, id), isNotNull(commands.code)))
    .orderBy(handoverConversations.conversationId)
  return rows as { conversationId: string; code: string }[]
}

/** Some of the handovers that have not ended, whose workflow should run; others come another time. */
export function listRunningHandovers(db: Queryable, limit: number): Promise<HandoverRow[]> {
  return db
    .select()
    .from(handovers)
    .where(eq(handovers.state, 'running'))
    .orderBy(sql`random()`)
    .limit(limit)
}
