import type { Case, Change, Refusal } from './change.ts'
import { aiAgentToReturnTo } from './close.ts'

/** The channel or the origin AI agent takes a queued handoff back. */
export async function cancelHandoff(it: Case): Promise<Change | Refusal> {
  const { actor, command, conversation } = it
  const permitted =
    actor?.type === 'api_key' ||
    (actor?.type === 'ai_agent' && actor.id === conversation.originAiAgentId)
  if (!permitted) return { refused: 'permission_denied' }
  const id = await aiAgentToReturnTo(it)
  return {
    move: {
      cause: 'handoff_cancelled',
      to: { type: 'ai_agent', id },
      teamId: null,
      note: command.payload.reason,
    },
    status: 'open',
  }
}
