import { setTimeout } from 'node:timers/promises'
import type { Database } from '../db/client.ts'
import { removals } from '../db/retention.ts'
import type { Removed } from '../workflows/retention.ts'
import { orTryAgain } from './failures.ts'

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
      for (const [what, remove] of Object.entries(removals)) {
        removed[what] = await remove(db, before)
        await setTimeout(PAUSE_MS)
      }
      return removed
    })
}
