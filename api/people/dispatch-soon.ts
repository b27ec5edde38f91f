import type { CommandRow } from '../../db/commands/commands.ts'
import { dispatch } from '../../engine/dispatch.ts'
import type { Deps } from '../context.ts'

/** Signals the commands after the answer is sent: there may be thousands, and nobody waits for them. */
export function dispatchSoon(deps: Deps, commands: CommandRow[]): void {
  if (commands.length > 0) setImmediate(() => dispatch(deps, commands))
}
