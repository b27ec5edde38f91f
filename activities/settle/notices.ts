import type { AssignmentRow } from '../../db/conversations/assignments.ts'
import type { Notice } from '../../db/notifications.ts'

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
