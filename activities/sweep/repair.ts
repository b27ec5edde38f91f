import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import { describeDatabaseError } from '../../db/errors.ts'
import type { Engine } from '../../engine/engine.ts'

export type SweepDeps = { db: Database; engine: Engine; log: Logger }

/** A sweep that repairs each thing it finds; one that can't be repaired now keeps no other waiting. */
export function repairing<Found extends object>(
  find: (deps: SweepDeps) => Promise<Found[]>,
  repair: (deps: SweepDeps, found: Found) => Promise<unknown>,
) {
  return async (deps: SweepDeps): Promise<void> => {
    for (const found of await find(deps)) {
      try {
        await repair(deps, found)
      } catch (error) {
        const { id } = found as { id?: string }
        const cause = describeDatabaseError(error)
        deps.log.warn({ id, cause }, 'not repaired; the next sweeps try again')
      }
    }
  }
}
