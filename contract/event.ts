import type { EventRow } from '../db/events/record.ts'
import type { AssignmentShape } from './assignment.ts'
import { type Reader, withNoteFor } from './notes.ts'

/** The contract's Event for this reader. Its id is its position in the workspace, in decimal. */
export function eventShape(row: EventRow, reader: Reader) {
  return {
    id: String(row.position),
    type: row.type,
    at: row.at.toISOString(),
    conversationId: row.conversationId,
    data: dataFor(row, reader),
  }
}

function dataFor({ type, data }: EventRow, reader: Reader): unknown {
  return type === 'conversation.assigned' ? withNoteFor(reader, data as AssignmentShape) : data
}
