import type { Logger } from 'pino'
import type { Engine } from '../api/engine.ts'
import type { Database } from '../db/client.ts'
import { describeDatabaseError } from '../db/errors.ts'
import { claimOverdueCommands } from '../db/overdue-commands.ts'

const EVERY_MS = 3_000

/**
 * Signals what has been pending for too long, now and then, until stopped: a lost signal costs
 * seconds, never a conversation. Any number may run.
 */
export function startSweeper(deps: { db: Database; engine: Engine; log: Logger }) {
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    // While one waits for a database that is gone, others would only queue up behind it.
    running ??= sweep(deps).finally(() => {
      running = null
    })
  }, EVERY_MS)
  return {
    async stop(): Promise<void> {
      clearInterval(timer)
      await running
    },
  }
}

async function sweep({ db, engine, log }: Parameters<typeof startSweeper>[0]): Promise<void> {
  try {
    // Without the engine there is nobody to tell, and the claim would only put it off.
    await engine.ping()
    for (const command of await claimOverdueCommands(db)) await engine.signal(command)
  } catch (error) {
    log.warn({ cause: describeDatabaseError(error) }, 'sweep failed; the next one tries again')
  }
}
