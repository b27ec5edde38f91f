import type { AssignmentMethod } from '../../domain/words.ts'
import type { Queryable, Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import { given, oneOf, type Part, within } from '../listing.ts'
import { teamspaces } from '../schema.ts'

export type TeamspaceRow = typeof teamspaces.$inferSelect
export type TeamspaceChange = {
  name?: string
  assignment?: { method?: AssignmentMethod; maxChatsPerAgent?: number }
  defaultAiAgentId?: string
}

export function listTeamspaces(
  db: Queryable,
  workspaceId: string,
  part: Part,
): Promise<TeamspaceRow[]> {
  return db
    .select()
    .from(teamspaces)
    .where(within(teamspaces, workspaceId, part))
    .orderBy(teamspaces.id)
    .limit(part.limit + 1)
}

export async function findTeamspace(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<TeamspaceRow | null> {
  const [row] = await db
    .select()
    .from(teamspaces)
    .where(oneOf(teamspaces, workspaceId, id))
  return row ?? null
}

export async function createTeamspace(
  tx: Queryable,
  workspaceId: string,
  name: string,
): Promise<TeamspaceRow> {
  const [row] = await tx
    .insert(teamspaces)
    .values({ id: newId('teamspace'), workspaceId, name })
    .returning()
  return row as TeamspaceRow
}

/** Returns the row after the change. Under the workspace's lock. */
export async function changeTeamspace(
  tx: Transaction,
  teamspace: TeamspaceRow,
  { name, assignment, defaultAiAgentId }: TeamspaceChange,
): Promise<TeamspaceRow> {
  const columns = given({ name, ...assignment, defaultAiAgentId })
  if (!columns) return teamspace
  const [row] = await tx
    .update(teamspaces)
    .set(columns)
    .where(oneOf(teamspaces, teamspace.workspaceId, teamspace.id))
    .returning()
  return row as TeamspaceRow
}
