import { DELAYS_MS } from './outcome.ts'

/** How fast deliveries go. */
export type Pace = {
  /** How often the table is looked at when nothing calls. */
  pollMs: number
  /** How long one goes on with nothing to do, nor anything to try again within that time. */
  idleMs: number
  /** Longest attempt, from the name's resolution to the end of the answer. */
  answerWithinMs: number
  /** How long a delivery belongs to who sends it: longer than an attempt and what writes it down. */
  claimMs: number
  /** What lies between an attempt that failed and the next; after the last, always that. */
  delaysMs: readonly number[]
}

export const USUAL_PACE: Pace = {
  pollMs: 1_000,
  idleMs: 10_000,
  answerWithinMs: 10_000,
  claimMs: 30_000,
  delaysMs: DELAYS_MS,
}
