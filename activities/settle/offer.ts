import { choose } from '../assignment/choose.ts'
import type { Case, Change } from './change.ts'

/**
 * A slot may be free for what waits: Chat Assignment decides again, now under the lock. What was
 * taken, transferred or closed meanwhile keeps what it has; what nobody can take goes on waiting.
 */
export async function offer({ tx, conversation }: Case): Promise<Change> {
  if (conversation.queueArrival === null) return {}
  const { queueTeamIds: teamIds, queueTransferorId: transferorId } = conversation
  const { picked, decision } = await choose(tx, conversation, { teamIds, transferorId })
  if (!picked) return {}
  const to = { type: 'user' as const, id: picked.userId }
  return { move: { cause: 'queue', to, teamId: picked.teamId, decision }, status: 'open' }
}
