import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import { describeDatabaseError } from '../../db/errors.ts'
import type { Engine } from '../../engine/engine.ts'

export type SweepDeps = { db: Database; engine: Engine; log: Logger }

/** `ending` is aborted when the worker stops. */
export type Sweeping = SweepDeps & { ending: AbortSignal }

/** A sweep that repairs each thing it finds; one that can't be repaired now keeps no other waiting. */
export function repairing<Found extends object>(
  find: (deps: SweepDeps) => Promise<Found[]>,
  repair: (deps: SweepDeps, found: Found) => Promise<unknown>,
) {
  return async (deps: Sweeping): Promise<void> => {
    for (const found of await find(deps)) {
      try {
        await repair(deps, found)
      } catch (error) {
        const { id } = found as { id?: string }
        const cause = describeDatabaseError(error)
        deps.log.warn({ id, cause }, 'not repaired; the next sweeps try again')
        // What was found may be claimed, and is repaired for as long as that goes well.
        if (deps.ending.aborted) return
      }
    }
  }
}
