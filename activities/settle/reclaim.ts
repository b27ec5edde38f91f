import { defaultInsteadOfDeleted } from '../../db/people/default-ai-agent.ts'
import type { Case, Change } from './change.ts'

/**
 * A deleted AI agent's chats are its teamspace's default one's: those that it held go there, and
 * those that it handed off have come from there.
 */
export async function reclaim({ tx, conversation }: Case): Promise<Change> {
  const { assigneeAiAgentId, originAiAgentId } = conversation
  const id = originAiAgentId && (await defaultInsteadOfDeleted(tx, originAiAgentId))
  if (!id) return {}
  if (assigneeAiAgentId === null) return { originAiAgentId: id }
  return { move: { cause: 'deactivation', to: { type: 'ai_agent', id }, teamId: null } }
}
