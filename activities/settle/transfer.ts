import { permitUser } from '../../db/people/permitted.ts'
import { isMember } from '../../db/people/teams.ts'
import type { Case, Change, Refusal } from './change.ts'
import { refuseTransfer } from './transfer-permission.ts'

/** Assignee → another permitted user; a shift change keeps the status. Source: "Transfer" of the domain. */
export async function transfer(it: Case): Promise<Change | Refusal> {
  const refused = refuseTransfer(it)
  if (refused) return refused
  const { tx, command, conversation } = it
  const userId = command.payload.userId as string
  if (userId === conversation.assigneeUserId) return { refused: 'self_transfer' }
  const user = await permitUser(tx, conversation, userId)
  if (typeof user === 'string')
    return { refused: 'target_not_permitted', details: { reason: user } }
  const { teamId } = conversation
  const stays = teamId !== null && (await isMember(tx, userId, teamId))
  return {
    move: {
      cause: 'transfer',
      to: { type: 'user', id: userId },
      teamId: stays ? teamId : null,
      note: command.payload.note,
    },
    ...(command.payload.holderId !== undefined && { status: conversation.status }),
    ...(!user.online && { targetAway: true }),
  }
}
