import type { EventRow } from '../db/events/record.ts'

/** The contract's Event. Its id is its position in the workspace, in decimal. */
export function eventShape(row: EventRow) {
  return {
    id: String(row.position),
    type: row.type,
    at: row.at.toISOString(),
    conversationId: row.conversationId,
    data: row.data,
  }
}
