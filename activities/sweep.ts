import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import { describeDatabaseError } from '../db/errors.ts'
import type { Engine } from '../engine/engine.ts'
import { commandsUnheard } from './sweep/commands.ts'
import { presencesRunOut } from './sweep/presence.ts'
import { queuesUnwoken } from './sweep/queues.ts'
import type { SweepDeps } from './sweep/repair.ts'
import { handoversUnseen } from './sweep/shift-changes.ts'
import { webhooksUnseen } from './sweep/webhooks.ts'

const EVERY_MS = 3_000

/** What somebody waits for comes first. */
const sweeps = [commandsUnheard, queuesUnwoken, webhooksUnseen, handoversUnseen, presencesRunOut]

/**
 * Repairs, now and then until stopped, what a crash or a lost signal left undone: it costs
 * seconds, never a conversation. Any number may run.
 */
export function startSweeper(deps: { db: Database; engine: Engine; log: Logger }) {
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    // While one waits for a database that is gone, others would only queue up behind it.
    running ??= sweepAll(deps).finally(() => {
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

async function sweepAll(deps: SweepDeps): Promise<void> {
  for (const sweep of sweeps) {
    try {
      await sweep(deps)
    } catch (error) {
      const cause = describeDatabaseError(error)
      deps.log.warn({ cause }, 'sweep failed; the next one tries again')
    }
  }
}
