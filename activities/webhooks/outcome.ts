import type { Answer } from '../../db/webhooks/settle.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** How long a delivery is tried, from its first attempt. */
export const GIVE_UP_MS = 72 * HOUR_MS

/** What lies between an attempt that failed and the next; after the last of these, always that. */
export const DELAYS_MS: readonly number[] = [
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

/** What came of a drain until it ended, or gave way to the next. `ended`: nothing is to be done now. */
export type Drained = { ended: boolean; delivered: number; failed: number; toRetry: number }

export type Outcome =
  | { state: 'delivered' }
  | { state: 'pending'; inMs: number }
  | { state: 'failed' }

/** An attempt, and for how long the delivery was being tried when it began. */
export type Attempt = {
  answer: Answer & { permanent?: boolean }
  attempts: number
  triedMs: number
}

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
