import { claimOverdueCommands } from '../../db/overdue-commands.ts'
import type { SweepDeps } from '../sweep.ts'

/** Signals the commands that have been pending for too long. */
export async function sweepCommands({ db, engine }: SweepDeps): Promise<void> {
  // Without the engine there is nobody to tell, and the claim would only put it off.
  await engine.ping()
  for (const command of await claimOverdueCommands(db)) await engine.signal(command)
}
