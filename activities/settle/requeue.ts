import { firstActiveAdmin } from '../../db/people/admins.ts'
import { lockActiveUser } from '../../db/people/permitted.ts'
import { choose } from '../chat-assignment/choose.ts'
import type { Case, Change } from './change.ts'

/** A deactivated user holds what they held no longer; resolved and closed ones stay theirs. */
export async function requeue(it: Case): Promise<Change> {
  const { tx, conversation } = it
  const { assigneeUserId, status } = conversation
  if (!assigneeUserId || status === 'resolved' || status === 'closed') return {}
  if (await lockActiveUser(tx, assigneeUserId)) return {}
  return conversation.kind === 'ticket' ? toFirstAdmin(it) : leaveDeactivated(it)
}

async function toFirstAdmin({ tx, conversation }: Case): Promise<Change> {
  const id = await firstActiveAdmin(tx, conversation.workspaceId)
  return { move: { cause: 'deactivation', to: { type: 'user', id }, teamId: conversation.teamId } }
}

/** Chat Assignment decides within its team, or among anyone in the teamspace when it has none. */
export async function leaveDeactivated(it: Case): Promise<Change> {
  const { teamId } = it.conversation
  const teamIds = teamId === null ? null : [teamId]
  const { picked, decision } = await choose(it, { teamIds, transferorId: null })
  return {
    move: {
      cause: 'deactivation',
      to: picked ? { type: 'user', id: picked.userId } : { cause: 'deactivation', teamIds },
      teamId: picked ? picked.teamId : teamId,
      decision,
    },
  }
}
