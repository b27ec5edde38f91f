import { and, eq, gt, type SQL, sql } from 'drizzle-orm'
import type { Actor, Holder } from '../../domain/words.ts'
import type { Queryable } from '../client.ts'
import { assignments, users } from '../schema.ts'

/** A row of the record, without the columns that the database makes of the others. */
export type AssignmentRow = Omit<typeof assignments.$inferSelect, 'follows' | 'holder'>

/** Who held the conversation before; null for nobody. */
export function fromOf(row: AssignmentRow): Holder | null {
  return holder(row.fromUserId, row.fromAiAgentId)
}

/** Who holds it since; null for nobody. */
export function toOf(row: AssignmentRow): Holder | null {
  return holder(row.toUserId, row.toAiAgentId)
}

function holder(userId: string | null, aiAgentId: string | null): Holder | null {
  if (userId) return { type: 'user', id: userId }
  return aiAgentId ? { type: 'ai_agent', id: aiAgentId } : null
}

/** Who asked; null for the service itself. */
export function actorOf(row: {
  actorType: Actor['type'] | null
  actorId: string | null
}): Actor | null {
  return row.actorType && row.actorId ? { type: row.actorType, id: row.actorId } : null
}

/** The record of a conversation, oldest first, from the number after `after` (0: from the beginning). */
export function listAssignments(
  db: Queryable,
  conversationId: string,
  page: { after: number; limit: number },
): Promise<AssignmentRow[]> {
  return db
    .select()
    .from(assignments)
    .where(and(eq(assignments.conversationId, conversationId), gt(assignments.number, page.after)))
    .orderBy(assignments.number)
    .limit(page.limit)
}

/** Remembers on a user, whose row is locked, that they were assigned something: a statement, or a part of one. */
export function rememberAssigned(db: Queryable, workspaceId: string | SQL, userId: string | SQL) {
  return db
    .update(users)
    .set({ lastAssignedAt: sql`statement_timestamp()` })
    .where(and(eq(users.id, userId), eq(users.workspaceId, workspaceId)))
}

export async function findAssignment(
  db: Queryable,
  conversationId: string,
  number: number,
): Promise<AssignmentRow | null> {
  const [row] = await db
    .select()
    .from(assignments)
    .where(and(eq(assignments.conversationId, conversationId), eq(assignments.number, number)))
  return row ?? null
}
