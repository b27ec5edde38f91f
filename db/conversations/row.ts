import { eq, sql } from 'drizzle-orm'
import type { Whereabouts } from '../../domain/conversation.ts'
import type { Holder } from '../../domain/words.ts'
import { builtOnce } from '../built-once.ts'
import type { Queryable, Transaction } from '../client.ts'
import { conversations } from '../schema.ts'

export type ConversationRow = typeof conversations.$inferSelect

/** The row, locked until the transaction ends; foreign-key inserts do not wait for it. */
export async function lockConversation(
  tx: Transaction,
  id: string,
): Promise<ConversationRow | null> {
  const [row] = await selectToLock(tx, { id })
  return row ?? null
}

export async function findConversation(db: Queryable, id: string): Promise<ConversationRow | null> {
  const [row] = await db.select().from(conversations).where(eq(conversations.id, id))
  return row ?? null
}

const selectToLock = builtOnce((db) =>
  db
    .select()
    .from(conversations)
    .where(eq(conversations.id, sql.placeholder('id')))
    .for('no key update'),
)

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

/** Where the conversation is: what decides who sees it, and what an event remembers. */
export function whereaboutsOf(row: ConversationRow): Whereabouts {
  return {
    holder: holderIn(row),
    teamId: row.teamId,
    originAiAgentId: row.originAiAgentId,
    pool: row.queueArrival === null ? null : { teamIds: row.queueTeamIds },
  }
}
