import { and, eq, getTableColumns, isNull, sql } from 'drizzle-orm'
import type { HandoffSettings } from '../../domain/handoff.ts'
import type { Queryable, Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import { given, oneOf, type Part, within } from '../listing.ts'
import { aiAgents, teamspaces } from '../schema.ts'
import { deleteTokensOf } from './tokens.ts'

export type AiAgentRow = typeof aiAgents.$inferSelect & { isDefault: boolean }
export type NewAiAgent = { name: string; teamspaceId: string; handoff: HandoffSettings }

const notDeleted = isNull(aiAgents.deletedAt)

function selectAiAgents(db: Queryable) {
  const isDefault = sql<boolean>`${teamspaces.defaultAiAgentId} is not distinct from ${aiAgents.id}`
  return db
    .select({ ...getTableColumns(aiAgents), isDefault })
    .from(aiAgents)
    .innerJoin(teamspaces, eq(teamspaces.id, aiAgents.teamspaceId))
}

export function listAiAgents(
  db: Queryable,
  workspaceId: string,
  part: Part,
): Promise<AiAgentRow[]> {
  return selectAiAgents(db)
    .where(and(within(aiAgents, workspaceId, part), notDeleted))
    .orderBy(aiAgents.id)
    .limit(part.limit + 1)
}

/** Null when it is deleted, too. */
export async function findAiAgent(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<AiAgentRow | null> {
  const [row] = await selectAiAgents(db).where(and(oneOf(aiAgents, workspaceId, id), notDeleted))
  return row ?? null
}

/** A new AI agent; its teamspace's first one becomes the default. Under the workspace's lock. */
export async function createAiAgent(
  tx: Transaction,
  workspaceId: string,
  { name, teamspaceId, handoff }: NewAiAgent,
): Promise<string> {
  const id = newId('aiAgent')
  await tx.insert(aiAgents).values({ id, workspaceId, name, teamspaceId, handoff })
  await tx
    .update(teamspaces)
    .set({ defaultAiAgentId: id })
    .where(and(oneOf(teamspaces, workspaceId, teamspaceId), isNull(teamspaces.defaultAiAgentId)))
  return id
}

/** Under the workspace's lock. */
export async function changeAiAgent(
  tx: Transaction,
  workspaceId: string,
  id: string,
  change: { name?: string; handoff?: HandoffSettings },
): Promise<void> {
  const columns = given({ name: change.name, handoff: change.handoff })
  if (columns)
    await tx
      .update(aiAgents)
      .set(columns)
      .where(oneOf(aiAgents, workspaceId, id))
}

/**
 * Deletes an AI agent that is not its teamspace's default one. What it leaves is reclaimed after
 * the commit: db/people/reclaims.ts. Under the workspace's lock.
 */
export async function deleteAiAgent(
  tx: Transaction,
  { id, workspaceId }: AiAgentRow,
): Promise<void> {
  // A transaction that assigns a chat to it holds its row, so it ends before what it leaves is listed.
  await tx
    .update(aiAgents)
    .set({ deletedAt: sql`now()` })
    .where(oneOf(aiAgents, workspaceId, id))
  await deleteTokensOf(tx, workspaceId, { aiAgentId: id })
}
