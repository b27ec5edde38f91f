import type { Cause } from '../domain/words.ts'
import type { AssignmentShape } from './assignment.ts'

/** Who reads a note; null means the service itself. */
export type Reader = { type: 'user' | 'ai_agent' | 'api_key' } | null

/** AI agents get the notes of these causes: closing notes and the reasons of handoffs. */
const forAiAgents: ReadonlySet<Cause> = new Set(['close', 'handoff', 'handoff_cancelled'])

/**
 * The assignment without its note when the note is not for this reader. An AI agent's model talks
 * to the player, so it must not read what colleagues write to each other with a transfer.
 */
export function withNoteFor(reader: Reader, assignment: AssignmentShape): AssignmentShape {
  if (reader?.type !== 'ai_agent' || forAiAgents.has(assignment.cause)) return assignment
  const { note, ...rest } = assignment
  return rest
}
