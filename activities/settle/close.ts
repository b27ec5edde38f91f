import { defaultInsteadOfDeleted } from '../../db/people/default-ai-agent.ts'
import type { Case, Change } from './change.ts'

/** Ends the episode: a chat returns to the AI agent it came from, a ticket keeps its Assignee. */
export async function close(it: Case): Promise<Change> {
  const { command, conversation } = it
  const { note } = command.payload
  const closed = { status: 'closed' as const, closingNote: note ?? null }
  if (conversation.kind === 'ticket' || conversation.assigneeAiAgentId) return closed
  const to = { type: 'ai_agent' as const, id: await aiAgentToReturnTo(it) }
  return { move: { cause: 'close', to, teamId: null, note }, ...closed }
}

/** The AI agent it came from; its teamspace's default one if that is deleted. */
export async function aiAgentToReturnTo({ tx, conversation }: Case): Promise<string> {
  const originId = conversation.originAiAgentId as string
  return (await defaultInsteadOfDeleted(tx, originId)) ?? originId
}
