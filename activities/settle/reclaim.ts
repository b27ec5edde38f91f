import { and, eq, isNotNull } from 'drizzle-orm'
import { aiAgents, teamspaces } from '../../db/schema.ts'
import type { Case, Change } from './change.ts'

/** A deleted AI agent's chats go to its teamspace's default one. */
export async function reclaim({ tx, conversation }: Case): Promise<Change> {
  const [deleted] = await tx
    .select({ defaultId: teamspaces.defaultAiAgentId })
    .from(aiAgents)
    .innerJoin(teamspaces, eq(teamspaces.id, aiAgents.teamspaceId))
    .where(
      and(eq(aiAgents.id, conversation.assigneeAiAgentId ?? ''), isNotNull(aiAgents.deletedAt)),
    )
  if (!deleted?.defaultId) return {}
  const to = { type: 'ai_agent' as const, id: deleted.defaultId }
  return { move: { cause: 'deactivation', to, teamId: null } }
}
