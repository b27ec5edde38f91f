import { setTimeout } from 'node:timers/promises'
import type { Database } from '../db/client.ts'
import { removals } from '../db/retention.ts'
import { orTryAgain } from './failures.ts'

/** How many rows of each kind were removed. */
export type Removed = Record<string, number>

/** Between two statements, so that the database is there for conversations first. */
const PAUSE_MS = 100

/**
 * Removes a batch of each that is older than `before` (ISO 8601), and says how many rows of which.
 * To be repeated until there are none; any number may run.
 */
export function createRetain({ db }: { db: Database }) {
  return (before: string): Promise<Removed> =>
    orTryAgain(async () => {
      const removed: Removed = {}
      const failures: unknown[] = []
      for (const [what, remove] of Object.entries(removals)) {
        // One that fails keeps none of the others.
        removed[what] = await remove(db, before).catch((error) => {
          failures.push(error)
          return 0
        })
        await setTimeout(PAUSE_MS)
      }
      const isAllThatIsLeft = Object.values(removed).every((rows) => rows === 0)
      if (isAllThatIsLeft && failures.length > 0) throw failures[0]
      return removed
    })
}
