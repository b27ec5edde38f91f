import { findAssignment } from '../../db/conversations/assignments.ts'
import { choose } from '../chat-assignment/choose.ts'
import type { Case, Change } from './change.ts'

/**
 * A slot may be free for what waits: Chat Assignment decides again, now under the lock. What was
 * taken, transferred or closed meanwhile keeps what it has; what nobody can take goes on waiting.
 */
export async function offer(it: Case): Promise<Change> {
  const { tx, conversation } = it
  if (conversation.queueArrival === null) return {}
  const { queueTeamIds: teamIds, queueTransferorId: transferorId } = conversation
  const { picked, decision } = await choose(it, { teamIds, transferorId })
  if (!picked) return {}
  const to = { type: 'user' as const, id: picked.userId }
  // That it was meant for a user who may not hold it any more is known only to what queued it.
  const queuedBy = await findAssignment(tx, conversation.id, conversation.epoch)
  const fallback = decision.fallback ?? queuedBy?.decision?.fallback
  const move = { teamId: picked.teamId, decision: { ...decision, ...(fallback && { fallback }) } }
  return { move: { cause: 'queue', to, ...move } }
}
