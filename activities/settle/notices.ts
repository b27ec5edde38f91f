import { listServing } from '../../db/chat-assignment/serving.ts'
import { type AssignmentRow, findAssignment } from '../../db/conversations/assignments.ts'
import type { Notice } from '../../db/notifications.ts'
import { membersOf, resolvePool } from '../../domain/chat-assignment/pool.ts'
import { type Case, isQueuePlace, type Move } from './change.ts'

/** An assignment that is being written. */
type Assigned = Omit<AssignmentRow, 'at'>

/** Whom a change of Assignee concerns, and what each of them is told of it. */
export async function noticesFor(it: Case, move: Move, assigned: Assigned): Promise<Notice[]> {
  const note = await noteOf(it, assigned)
  const claimants = await claimantsOf(it, move)
  return noticesOf(assigned, { note, claimants })
}

/** Whoever gets it out of the queue is given the note with which it came there. */
async function noteOf({ tx }: Case, { cause, note, conversationId, number }: Assigned) {
  if (cause !== 'queue') return note
  return (await findAssignment(tx, conversationId, number - 1))?.note ?? null
}

/** Under voluntary, the online members of its pool, but for whoever a team transfer leaves. */
async function claimantsOf(
  { tx, conversation: { teamspaceId, kind } }: Case,
  { to, decision }: Move,
): Promise<string[]> {
  if (!isQueuePlace(to) || decision?.method !== 'voluntary') return []
  const { serving } = resolvePool(await listServing(tx, teamspaceId), { kind, teamIds: to.teamIds })
  return membersOf(serving, kind)
    .filter((one) => one.online && one.permitted && one.userId !== to.transferorId)
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
export function noticesOf(assigned: Assigned, { note, claimants }: Circumstances): Notice[] {
  const { actorType, actorId, cause, fromUserId, toUserId } = assigned
  const notices: Notice[] = claimants.map((userId) => ({ userId, kind: 'queued' }))
  if (toUserId) notices.push({ userId: toUserId, kind: 'assigned', note })
  if (fromUserId) {
    const kind = cause === 'takeover' ? 'taken_over' : 'transferred_away'
    notices.push({ userId: fromUserId, kind })
  }
  return notices.filter(({ userId }) => actorType !== 'user' || userId !== actorId)
}
