import type { ConversationRow } from '../../db/conversations/row.ts'
import { openStatuses } from '../../domain/words.ts'

/**
 * Whether a change may let something in the queue move on: a user holds one open conversation
 * less, or one more waits, which an earlier one had to come before.
 */
export function mayMoveTheQueue(before: ConversationRow, after: ConversationRow): boolean {
  const newlyQueued = after.queueArrival !== null && after.queueArrival !== before.queueArrival
  return newlyQueued || (fillsSlotOf(before) !== null && fillsSlotOf(before) !== fillsSlotOf(after))
}

function fillsSlotOf({ status, assigneeUserId }: ConversationRow): string | null {
  return openStatuses.includes(status) ? assigneeUserId : null
}
