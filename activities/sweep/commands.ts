import { claimOverdueCommands } from '../../db/overdue-commands.ts'
import type { SweepDeps } from '../sweep.ts'

/** Signals the commands that have been pending for too long. */
export async function sweepCommands({ db, engine, log }: SweepDeps): Promise<void> {
  // Without the engine there is nobody to tell, and the claim would only put it off.
  await engine.ping()
  for (const command of await claimOverdueCommands(db)) {
    try {
      await engine.signal(command)
    } catch {
      // One conversation that takes no signals must not keep the others waiting.
      log.warn({ commandId: command.id }, 'not signalled; the next sweeps try again')
    }
  }
}
