import type { Logger } from 'pino'
import type { CommandRow } from '../db/commands/commands.ts'
import type { Engine } from './signal.ts'

type DispatchDeps = { engine: Pick<Engine, 'signal'>; log: Logger }

/**
 * Signals what the service itself asked of its conversations. Nobody waits for it: a signal that
 * is lost here is sent again by the sweeper, because the commands are rows already.
 */
export async function dispatch(
  { engine, log }: DispatchDeps,
  commands: CommandRow[],
): Promise<void> {
  for (const command of commands) {
    try {
      await engine.signal(command)
    } catch {
      log.warn({ commandId: command.id }, 'not signalled; the sweeper will')
      return
    }
  }
}
