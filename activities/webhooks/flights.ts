import type { Bell } from './bell.ts'
import type { Drained } from './drain.ts'

/** How many conversations of one webhook are sent at once. */
const AT_ONCE = 8

type Counts = Omit<Drained, 'ended'>
export type Came = keyof Counts
export type Flights = ReturnType<typeof createFlights>

/** The attempts of a drain that are under way; each rings when it has landed. */
export function createFlights(bell: Bell) {
  const counts: Counts = { delivered: 0, failed: 0, toRetry: 0 }
  const inAir = new Set<string>()
  let trouble: { error: unknown } | null = null
  return {
    counts,
    room: () => AT_ONCE - inAir.size,
    /** The ids of the deliveries. */
    flying: () => [...inAir],
    take(id: string, attempt: Promise<Came>): void {
      const landed = (came: Came) => {
        counts[came] += 1
      }
      const lost = (error: unknown) => {
        trouble = { error }
      }
      inAir.add(id)
      void attempt.then(landed, lost).finally(() => {
        inAir.delete(id)
        bell.ring()
      })
    },
    areUnderWay: () => inAir.size > 0,
    /** Throws what kept an attempt from being written down. */
    check(): void {
      if (trouble) throw trouble.error
    },
  }
}
