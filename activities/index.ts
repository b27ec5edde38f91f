import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import { createLoad } from './load.ts'
import { createSettle } from './settle.ts'

/** Everything a conversation's workflow does to the world. */
export function createActivities(deps: { db: Database; log: Logger }) {
  return { load: createLoad(deps), settle: createSettle(deps) }
}

export type Activities = ReturnType<typeof createActivities>
