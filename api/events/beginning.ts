import { z } from '@hono/zod-openapi'
import type { Standing } from '../../db/events/list.ts'
import { invalidRequest, ProblemError } from '../problem-error.ts'

/** A position as text: an event's id. */
const position = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number)
  .refine(Number.isSafeInteger)

/** A position that a request names, and where in the request it stands. */
export type Named = { at: string; position: number }

/** Reads a position; 400 when the text is not one. */
export function namedPosition(at: string, value: string): Named {
  const read = position.safeParse(value)
  if (!read.success) throw invalidRequest(at, 'must be the id of an event')
  return { at, position: read.data }
}

/**
 * The position to go on from. 400 when it is beyond the newest event, since what follows it would
 * never come; 410 `position_expired` when some of what follows is no longer kept.
 */
export function beginAt({ at, position }: Named, { newest, oldest }: Standing): number {
  if (position > newest) throw invalidRequest(at, `beyond the newest event, ${newest}`)
  if (position >= oldest - 1) return position
  const detail = `The oldest event kept is ${oldest}: begin without a position, or after ${oldest - 1}`
  throw new ProblemError('position_expired', { detail, oldest: String(oldest) })
}
