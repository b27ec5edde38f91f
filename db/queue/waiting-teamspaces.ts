import { and, eq, exists, isNotNull, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { Queryable } from '../client.ts'
import { conversations, teamspaces } from '../schema.ts'

/** The teamspaces in which something waits: of this workspace, or of all. */
export async function listTeamspacesWaiting(
  db: Queryable,
  workspaceId?: string,
): Promise<string[]> {
  const waiting = new QueryBuilder({ casing: 'snake_case' })
    .select({ one: sql`1` })
    .from(conversations)
    .where(and(eq(conversations.teamspaceId, teamspaces.id), isNotNull(conversations.queueArrival)))
  const rows = await db
    .select({ id: teamspaces.id })
    .from(teamspaces)
    .where(
      and(
        workspaceId === undefined ? undefined : eq(teamspaces.workspaceId, workspaceId),
        exists(waiting),
      ),
    )
  return rows.map((row) => row.id)
}
