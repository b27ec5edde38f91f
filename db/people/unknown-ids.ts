import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Queryable } from '../client.ts'

/** The ids among these that name no row of the workspace, or a deleted one. */
export async function unknownIn(
  db: Queryable,
  table: PgTable & { id: PgColumn; workspaceId: PgColumn; deletedAt?: PgColumn },
  workspaceId: string,
  ids: string[],
): Promise<Set<unknown>> {
  const unknown = new Set<unknown>(ids)
  if (unknown.size === 0) return unknown
  const known = await db
    .select({ id: table.id })
    .from(table as PgTable)
    .where(
      and(
        eq(table.workspaceId, workspaceId),
        inArray(table.id, ids),
        table.deletedAt && isNull(table.deletedAt),
      ),
    )
  for (const { id } of known) unknown.delete(id)
  return unknown
}
