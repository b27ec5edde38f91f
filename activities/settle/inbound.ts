import { lockActiveUser } from '../../db/people/permitted.ts'
import type { Case, Change } from './change.ts'
import { leaveDeactivated } from './requeue.ts'

/** A message came in: what was resolved or closed is open again, for the same Assignee. */
export async function inbound(it: Case): Promise<Change> {
  const { tx, conversation } = it
  const { status, assigneeUserId } = conversation
  if (status !== 'resolved' && status !== 'closed') return {}
  if (assigneeUserId && !(await lockActiveUser(tx, assigneeUserId))) return leaveDeactivated(it)
  return { status: 'open' }
}
