import type { Cause } from '../domain/words.ts'
import type { AssignmentShape } from './assignment.ts'

/** To whom something is shown, as far as notes go; null: the service itself. */
export type Reader = { type: 'user' | 'ai_agent' | 'api_key' } | null

/** Whose notes AI agents get: closing notes, and the reasons of handoffs. */
const forAiAgents: ReadonlySet<Cause> = new Set(['close', 'handoff', 'handoff_cancelled'])

/**
 * An assignment without the note that is not for this reader. An AI agent's model talks to the
 * player, so what colleagues tell each other with a transfer is kept from it.
 */
export function withNoteFor(reader: Reader, assignment: AssignmentShape): AssignmentShape {
  if (reader?.type !== 'ai_agent' || forAiAgents.has(assignment.cause)) return assignment
  const { note, ...rest } = assignment
  return rest
}
