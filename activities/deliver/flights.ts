import type { Drained } from '../../workflows/webhook.ts'
import type { Bell } from './bell.ts'

/** How many conversations of one webhook are sent at once. */
const AT_ONCE = 8

type Counts = Omit<Drained, 'ended'>
export type Came = keyof Counts
export type Flights = ReturnType<typeof createFlights>

/** The attempts of a drain that are under way; each rings when it has landed. */
export function createFlights(bell: Bell) {
  const counts: Counts = { delivered: 0, failed: 0, toRetry: 0 }
  const inAir = new Set<Promise<void>>()
  let trouble: { error: unknown } | null = null
  return {
    counts,
    room: () => AT_ONCE - inAir.size,
    take(attempt: Promise<Came>): void {
      const landed = (came: Came) => {
        counts[came] += 1
      }
      const lost = (error: unknown) => {
        trouble = { error }
      }
      const flight: Promise<void> = attempt.then(landed, lost).finally(() => {
        inAir.delete(flight)
        bell.ring()
      })
      inAir.add(flight)
    },
    areUnderWay: () => inAir.size > 0,
    /** Throws what kept an attempt from being written down. */
    check(): void {
      if (trouble) throw trouble.error
    },
  }
}
