import type { Answer } from '../../db/webhooks/record-outcome.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** How long a delivery is tried, from its first attempt. */
export const GIVE_UP_MS = 72 * HOUR_MS

/** The wait between a failed attempt and the next; after the last of these, always that. */
const DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  15 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
]

/** Answers by which a receiver asks for another try; so does every 5xx. */
const TRY_AGAIN = new Set([408, 409, 425, 429])

/** How fast deliveries go. */
export type Pace = {
  /** How often the table is read when no event is told of. */
  pollMs: number
  /** A drain ends when it had nothing to do for so long, and nothing is due within that time. */
  idleMs: number
  /** The longest attempt, from the name's resolution to the end of the answer. */
  answerWithinMs: number
  /** How long a claim lasts: longer than an attempt and the transaction that records it. */
  claimMs: number
  /** The wait between a failed attempt and the next; after the last of these, always that. */
  delaysMs: readonly number[]
}

export const USUAL_PACE: Pace = {
  pollMs: SECOND_MS,
  idleMs: 10 * SECOND_MS,
  answerWithinMs: 10 * SECOND_MS,
  claimMs: 30 * SECOND_MS,
  delaysMs: DELAYS_MS,
}

/** An attempt. `triedMs`: how long the delivery had been tried when this attempt began. */
export type Attempt = {
  answer: Answer & { permanent?: boolean }
  attempts: number
  triedMs: number
}

type Outcome = { state: 'delivered' } | { state: 'pending'; inMs: number } | { state: 'failed' }

/** What becomes of a delivery after an attempt. No answer is worth another try, unless `permanent`. */
export function outcomeOf(
  { answer, attempts, triedMs }: Attempt,
  delaysMs: readonly number[],
): Outcome {
  const { status, permanent } = answer
  if (status !== null && status >= 200 && status < 300) return { state: 'delivered' }
  const again = status === null ? !permanent : TRY_AGAIN.has(status) || status >= 500
  if (!again) return { state: 'failed' }
  const leftMs = GIVE_UP_MS - triedMs
  if (leftMs <= 0) return { state: 'failed' }
  const delayMs = delaysMs[Math.min(attempts, delaysMs.length) - 1] ?? 0
  // The last attempt is made when the three days end.
  return { state: 'pending', inMs: Math.min(delayMs, leftMs) }
}
