import type { CommandRow } from '../db/commands/commands.ts'
import type { Deps } from '../api/context.ts'

/**
 * Signals what the service itself asked of its conversations. Nobody waits for it: a signal that
 * is lost here is sent again by the sweeper, because the commands are rows already.
 */
export async function dispatch({ engine, log }: Deps, commands: CommandRow[]): Promise<void> {
  for (const command of commands) {
    try {
      await engine.signal(command)
    } catch {
      log.warn({ commandId: command.id }, 'not signalled; the sweeper will')
      return
    }
  }
}
