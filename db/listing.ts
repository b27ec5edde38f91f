import { and, eq, gt, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** Which part of a list in order of id: `limit` items, and one more to tell that there are more. */
export type Part = { limit: number; after: string | undefined }

/** The rows of a workspace behind this part's start. */
export function within(
  table: { id: PgColumn; workspaceId: PgColumn },
  workspaceId: string,
  { after }: Part,
): SQL {
  const later = after === undefined ? undefined : gt(table.id, after)
  return and(eq(table.workspaceId, workspaceId), later) as SQL
}

/** The row with this id, if it is of the workspace. */
export function oneOf(
  table: { id: PgColumn; workspaceId: PgColumn },
  workspaceId: string,
  id: string,
): SQL {
  return and(eq(table.id, id), eq(table.workspaceId, workspaceId)) as SQL
}

/** The columns to set, or null when nothing is to be changed (drizzle refuses an empty update). */
export function given<T extends object>(columns: T): T | null {
  return Object.values(columns).some((value) => value !== undefined) ? columns : null
}
