import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { Principal } from '../../domain/principals.ts'
import type { Queryable } from '../client.ts'
import { aiAgents, conversations, users, workspaces } from '../schema.ts'
import { reaches, waitsFor } from './reach.ts'
import type { ConversationRow } from './row.ts'

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
      visible: sql<boolean>`(${reaches(principal, 'view')}) is true`,
      manageable: sql<boolean>`(${reaches(principal, 'manage')}) is true`,
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
