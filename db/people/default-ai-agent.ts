import { eq } from 'drizzle-orm'
import type { Transaction } from '../client.ts'
import { aiAgents, teamspaces } from '../schema.ts'

/**
 * The default AI agent of the teamspace when this one is deleted; null when it is not. The default
 * is locked: it stays the default, and so cannot be deleted, until the transaction ends.
 */
export async function defaultInsteadOfDeleted(
  tx: Transaction,
  aiAgentId: string,
): Promise<string | null> {
  const [agent] = await tx
    .select({ deletedAt: aiAgents.deletedAt, teamspaceId: aiAgents.teamspaceId })
    .from(aiAgents)
    .where(eq(aiAgents.id, aiAgentId))
    .for('share')
  if (!agent?.deletedAt) return null
  const [teamspace] = await tx
    .select({ defaultId: teamspaces.defaultAiAgentId })
    .from(teamspaces)
    .where(eq(teamspaces.id, agent.teamspaceId))
    .for('share')
  return teamspace?.defaultId ?? null
}
