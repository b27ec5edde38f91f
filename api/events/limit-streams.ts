import { ProblemError } from '../problem-error.ts'

/** Counts the open streams of each token; one token may have `most` of them on one API. */
export function limitStreams(most: number) {
  const taken = new Map<string, number>()

  /** 429 `too_many_streams` when the token has as many as allowed. */
  function take(tokenHash: string): void {
    const mine = taken.get(tokenHash) ?? 0
    if (mine >= most) {
      const detail = `${most} streams are open with this token: close one, or share what one tells`
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
