import { and, eq } from 'drizzle-orm'
import { aiAgents, teamspaces } from '../../db/schema.ts'
import type { Case, Change } from './change.ts'

/** Ends the episode: a chat returns to the AI agent it came from, a ticket keeps its Assignee. */
export async function close(it: Case): Promise<Change> {
  const { command, conversation } = it
  if (conversation.kind === 'ticket' || conversation.assigneeAiAgentId) return { status: 'closed' }
  const aiAgentId = await aiAgentToReturnTo(it)
  return {
    move: {
      cause: 'close',
      to: { type: 'ai_agent', id: aiAgentId },
      teamId: null,
      note: command.payload.note,
    },
    status: 'closed',
  }
}

/** The AI agent it came from; its teamspace's default one if that is deleted. */
export async function aiAgentToReturnTo({ tx, conversation }: Case): Promise<string> {
  const [origin] = await tx
    .select({ deletedAt: aiAgents.deletedAt, defaultId: teamspaces.defaultAiAgentId })
    .from(aiAgents)
    .innerJoin(
      teamspaces,
      and(
        eq(teamspaces.id, aiAgents.teamspaceId),
        eq(teamspaces.workspaceId, aiAgents.workspaceId),
      ),
    )
    .where(
      and(
        eq(aiAgents.id, conversation.originAiAgentId as string),
        eq(aiAgents.workspaceId, conversation.workspaceId),
      ),
    )
    .for('share', { of: aiAgents })
  const id = origin?.deletedAt ? origin.defaultId : conversation.originAiAgentId
  if (!id) throw new Error('A teamspace with a deleted AI agent has a default one')
  return id
}
