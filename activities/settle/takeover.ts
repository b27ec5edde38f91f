import { keepTeamsOf } from '../../db/chat-assignment/serving.ts'
import { mayTakeOver } from '../../domain/permission.ts'
import type { Case, Change, Refusal } from './change.ts'

/** A non-Assignee sends the next reply and so holds it; of the queue, also without (a claim). */
export async function takeover(it: Case): Promise<Change | Refusal> {
  const { command, conversation, actor, met } = it
  if (actor?.type !== 'user') return { refused: 'permission_denied' }
  // They saw it when they pressed Send, and nobody loses a draft without a word. The Assignee is
  // the one of the epoch they named, or the rules had refused it: what hid it is another change.
  if (!met.visible) return { refused: 'not_assignee' }
  if (!mayTakeOver({ ...conversation, ...met }, actor)) return { refused: 'permission_denied' }
  const queued = conversation.queueArrival !== null
  const { text } = command.payload
  if (text === undefined && !queued) return { refused: 'message_required' }
  return {
    move: { cause: 'takeover', to: { type: 'user', id: actor.id }, teamId: await teamAfter(it) },
    ...(text !== undefined && { reply: text }),
  }
}

/** Its team stays when they belong to it; a claim brings it to the first team of the pool they are in. */
async function teamAfter({ tx, command, conversation, met }: Case): Promise<string | null> {
  const userId = command.actorId as string
  const { teamId, queueTeamIds } = conversation
  if (met.inItsTeam) return teamId
  if (conversation.queueArrival === null) return null
  const theirs = await keepTeamsOf(tx, userId, conversation.teamspaceId)
  if (queueTeamIds !== null) return queueTeamIds.find((team) => theirs.includes(team)) ?? null
  return theirs.length === 1 ? (theirs[0] as string) : null
}
