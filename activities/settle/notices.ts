import { listServing } from '../../db/chat-assignment/serving.ts'
import type { Transaction } from '../../db/client.ts'
import { type AssignmentRow, findAssignment } from '../../db/conversations/assignments.ts'
import type { ConversationRow } from '../../db/conversations/row.ts'
import type { Notice } from '../../db/notifications.ts'
import { membersOf, resolvePool } from '../../domain/chat-assignment/pool.ts'
import type { Written } from './write.ts'

/** Whom a change of Assignee concerns, and what each of them is told of it. */
export async function noticesFor(
  tx: Transaction,
  { conversation, assignment }: Written,
): Promise<Notice[]> {
  if (!assignment) return []
  const note = await noteOf(tx, assignment)
  const claimants = await claimantsOf(tx, conversation, assignment)
  return noticesOf(assignment, { note, claimants })
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

/** What a notice needs beyond the assignment itself. */
export type Circumstances = {
  /** The note with which it was passed on. */
  note: string | null
  /** Who may claim it, now that it waits; nobody where Chat Assignment picks. */
  claimants: string[]
}

/**
 * Who is told what of a change of Assignee: whoever holds it now, whoever held it before, and who
 * may claim it; never the one who did it. Pure. Source: "notifications" of the contract.
 */
export function noticesOf(assignment: AssignmentRow, { note, claimants }: Circumstances): Notice[] {
  const { actorType, actorId, cause, fromUserId, toUserId } = assignment
  const notices: Notice[] = claimants.map((userId) => ({ userId, kind: 'queued' }))
  if (toUserId) notices.push({ userId: toUserId, kind: 'assigned', note })
  if (fromUserId) {
    const kind = cause === 'takeover' ? 'taken_over' : 'transferred_away'
    notices.push({ userId: fromUserId, kind })
  }
  return notices.filter(({ userId }) => actorType !== 'user' || userId !== actorId)
}
