import { whyNotTeam } from '../../db/people/permitted.ts'
import { choose } from '../chat-assignment/choose.ts'
import type { Case, Change, Refusal } from './change.ts'
import { refuseTransfer } from './transfer-permission.ts'

/** Assignee → a team: Chat Assignment picks the member, or it waits for that team. */
export async function teamTransfer(it: Case): Promise<Change | Refusal> {
  const refused = refuseTransfer(it)
  if (refused) return refused
  const { tx, command, conversation } = it
  // A shift change to a team leaves what is resolved by then with the one who held it.
  const isShiftChange = command.payload.holderId !== undefined
  if (isShiftChange && conversation.status === 'resolved') return {}
  const teamId = command.payload.teamId as string
  const transferorId = conversation.assigneeUserId as string
  const reason = await whyNotTeam(tx, conversation, teamId, transferorId)
  if (reason) return { refused: 'target_not_permitted', details: { reason } }
  const { picked, decision } = await choose(it, { teamIds: [teamId], transferorId })
  const place = { cause: 'team_transfer' as const, teamIds: [teamId], transferorId }
  return {
    move: {
      cause: 'team_transfer',
      to: picked ? { type: 'user', id: picked.userId } : place,
      teamId,
      note: command.payload.note,
      decision,
    },
  }
}
