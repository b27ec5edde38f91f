import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { Principal } from '../../domain/principals.ts'
import type { Holder } from '../../domain/words.ts'
import type { Queryable, Transaction } from '../client.ts'
import { aiAgents, conversations, users, type Whereabouts, workspaces } from '../schema.ts'
import { reaches, waitsFor } from './reach.ts'

export type ConversationRow = typeof conversations.$inferSelect

/** A conversation as one principal meets it: its row, the Assignee's name, and how far their grants reach. */
export type Sight = ConversationRow & {
  assigneeName: string | null
  plan: typeof workspaces.$inferSelect.plan
  visible: boolean
  manageable: boolean
  /** It waits for a pool they are in, so they may claim it. */
  awaitsThem: boolean
}

/** Selects conversations as `principal` meets them; the caller adds which, and `reaches` where it must hold. */
export function selectSights(db: Queryable, principal: Principal) {
  return db
    .select({
      ...getTableColumns(conversations),
      assigneeName: sql<string | null>`coalesce(${users.name}, ${aiAgents.name})`,
      plan: workspaces.plan,
      visible: sql<boolean>`${reaches(principal, 'view')}`,
      manageable: sql<boolean>`${reaches(principal, 'manage')}`,
      awaitsThem:
        principal.type === 'user' ? sql<boolean>`${waitsFor(principal.id)}` : sql<boolean>`false`,
    })
    .from(conversations)
    .innerJoin(workspaces, eq(workspaces.id, conversations.workspaceId))
    .leftJoin(users, eq(users.id, conversations.assigneeUserId))
    .leftJoin(aiAgents, eq(aiAgents.id, conversations.assigneeAiAgentId))
    .$dynamic()
}

/** One conversation of the principal's workspace, whether or not they may see it; null when absent. */
export async function findSight(
  db: Queryable,
  principal: Principal,
  id: string,
): Promise<Sight | null> {
  const [row] = await selectSights(db, principal).where(
    and(eq(conversations.id, id), eq(conversations.workspaceId, principal.workspaceId)) as SQL,
  )
  return row ?? null
}

/** The row, locked until the transaction ends; foreign-key inserts do not wait for it. */
export async function lockConversation(
  tx: Transaction,
  id: string,
): Promise<ConversationRow | null> {
  const [row] = await tx
    .select()
    .from(conversations)
    .where(eq(conversations.id, id))
    .for('no key update')
  return row ?? null
}

export async function findConversation(db: Queryable, id: string): Promise<ConversationRow | null> {
  const [row] = await db.select().from(conversations).where(eq(conversations.id, id))
  return row ?? null
}

type Holding = Pick<ConversationRow, 'assigneeUserId' | 'assigneeAiAgentId'>

export function holderIn(row: Holding): Holder | null {
  if (row.assigneeUserId) return { type: 'user', id: row.assigneeUserId }
  if (row.assigneeAiAgentId) return { type: 'ai_agent', id: row.assigneeAiAgentId }
  return null
}

/** The columns that say who holds a conversation. */
export function holdingOf(holder: Holder | null): Holding {
  return {
    assigneeUserId: holder?.type === 'user' ? holder.id : null,
    assigneeAiAgentId: holder?.type === 'ai_agent' ? holder.id : null,
  }
}

/** Where the conversation is, as an event remembers it. */
export function whereaboutsOf(row: ConversationRow): Whereabouts {
  return {
    holder: holderIn(row),
    teamId: row.teamId,
    originAiAgentId: row.originAiAgentId,
    pool: row.queueArrival === null ? null : { teamIds: row.queueTeamIds },
  }
}
