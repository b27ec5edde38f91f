import type { ConversationRow } from '../../db/conversations/row.ts'
import type { Teamspaces } from '../../db/queue/waiting-teamspaces.ts'
import { openStatuses } from '../../domain/words.ts'

/**
 * The queues that a change may let move on: where a user serves who holds one open conversation
 * less, and where one more waits, which an earlier one had to come before.
 */
export function queuesMovedBy(before: ConversationRow, after: ConversationRow): Teamspaces[] {
  const queues: Teamspaces[] = []
  const freed = fillsSlotOf(before)
  if (freed !== null && freed !== fillsSlotOf(after)) queues.push({ servedBy: freed })
  const newlyQueued = after.queueArrival !== null && after.queueArrival !== before.queueArrival
  if (newlyQueued) queues.push({ ids: [after.teamspaceId] })
  return queues
}

function fillsSlotOf({ status, assigneeUserId }: ConversationRow): string | null {
  return openStatuses.includes(status) ? assigneeUserId : null
}
