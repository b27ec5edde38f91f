import { listServing } from '../../db/chat-assignment/serving.ts'
import type { Transaction } from '../../db/client.ts'
import { type AssignmentRow, findAssignment } from '../../db/conversations/assignments.ts'
import type { ConversationRow } from '../../db/conversations/conversations.ts'
import { insertNotifications, readQueued } from '../../db/notifications.ts'
import { membersOf, resolvePool } from '../../domain/chat-assignment/pool.ts'
import type { Written } from './carry-out.ts'
import { noticesOf } from './notices.ts'

/**
 * Tells the users whom a change of Assignee concerns, in the transaction that makes it. What left
 * the queue nobody can claim any more: that it waited is read.
 */
export async function notify(
  tx: Transaction,
  before: ConversationRow,
  { conversation, assignment }: Written,
): Promise<void> {
  if (!assignment) return
  if (before.queueArrival !== null) await readQueued(tx, conversation.id)
  const note = await noteOf(tx, assignment)
  const claimants = await claimantsOf(tx, conversation, assignment)
  await insertNotifications(tx, conversation, noticesOf(assignment, { note, claimants }))
}

/** Whoever gets it out of the queue is given the note with which it came there. */
async function noteOf(tx: Transaction, assignment: AssignmentRow): Promise<string | null> {
  const { cause, conversationId, number } = assignment
  if (cause !== 'queue') return assignment.note
  return (await findAssignment(tx, conversationId, number - 1))?.note ?? null
}

/** Under voluntary, the online members of its pool, but for whoever a team transfer leaves. */
async function claimantsOf(
  tx: Transaction,
  { teamspaceId, kind, queueArrival, queueTeamIds, queueTransferorId }: ConversationRow,
  { decision }: AssignmentRow,
): Promise<string[]> {
  if (queueArrival === null || decision?.method !== 'voluntary') return []
  const { serving } = resolvePool(await listServing(tx, teamspaceId), {
    kind,
    teamIds: queueTeamIds,
  })
  return membersOf(serving, kind)
    .filter((one) => one.online && one.permitted && one.userId !== queueTransferorId)
    .map((one) => one.userId)
}
