import { ProblemError } from '../problem-error.ts'

/** Streams that one token may have open on one API: what it tells them all is written to each. */
export const STREAMS_PER_TOKEN = 50

/** Counts who has how many streams open. */
export function createSeats() {
  const taken = new Map<string, number>()

  /** 429 `too_many_streams` when the token has as many as it may. */
  function take(tokenHash: string): void {
    const mine = taken.get(tokenHash) ?? 0
    if (mine >= STREAMS_PER_TOKEN) {
      const detail = `${STREAMS_PER_TOKEN} streams are open with this token: close one, or share what one tells`
      throw new ProblemError('too_many_streams', { detail })
    }
    taken.set(tokenHash, mine + 1)
  }

  function leave(tokenHash: string): void {
    const left = (taken.get(tokenHash) ?? 0) - 1
    if (left > 0) taken.set(tokenHash, left)
    else taken.delete(tokenHash)
  }

  return { take, leave }
}
