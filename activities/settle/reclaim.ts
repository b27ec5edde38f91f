import { defaultInsteadOfDeleted } from '../../db/people/default-ai-agent.ts'
import type { Case, Change } from './change.ts'

/** A deleted AI agent's chats go to its teamspace's default one. */
export async function reclaim({ tx, conversation }: Case): Promise<Change> {
  const { assigneeAiAgentId } = conversation
  const id = assigneeAiAgentId && (await defaultInsteadOfDeleted(tx, assigneeAiAgentId))
  if (!id) return {}
  return { move: { cause: 'deactivation', to: { type: 'ai_agent', id }, teamId: null } }
}
