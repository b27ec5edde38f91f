import { claimOverdueCommands } from '../../db/commands/unsettled.ts'
import { repairing } from './repair.ts'

/** Signals the commands that have been pending for too long. */
export const commandsUnheard = repairing(
  async ({ db, engine }) => {
    // Without the engine there is nobody to tell, and the claim would only put it off.
    await engine.ping()
    return claimOverdueCommands(db)
  },
  ({ engine }, command) => engine.signal(command),
)
