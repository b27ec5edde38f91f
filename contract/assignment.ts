import { type AssignmentRow, actorOf, fromOf, toOf } from '../db/conversations/assignments.ts'

export type AssignmentShape = ReturnType<typeof assignmentShape>

/** The contract's Assignment, with its note. Pass it through `withNoteFor` before you show it. */
export function assignmentShape(row: AssignmentRow) {
  return {
    number: row.number,
    at: row.at.toISOString(),
    cause: row.cause,
    actor: actorOf(row),
    from: fromOf(row),
    to: toOf(row),
    teamId: row.teamId,
    ...(row.note !== null && { note: row.note }),
    commandId: row.commandId,
    ...(row.decision !== null && { decision: row.decision }),
  }
}
