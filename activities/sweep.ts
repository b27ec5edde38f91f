import type { Logger } from 'pino'
import type { Engine } from '../api/engine.ts'
import type { Database } from '../db/client.ts'
import { describeDatabaseError } from '../db/errors.ts'
import { sweepCommands } from './sweep/commands.ts'
import { sweepHandovers } from './sweep/handovers.ts'
import { sweepPresence } from './sweep/presence.ts'
import { sweepQueues } from './sweep/queues.ts'
import { sweepWebhooks } from './sweep/webhooks.ts'

const EVERY_MS = 3_000

export type SweepDeps = { db: Database; engine: Engine; log: Logger }

const sweeps = {
  presence: sweepPresence,
  commands: sweepCommands,
  queues: sweepQueues,
  handovers: sweepHandovers,
  webhooks: sweepWebhooks,
}

/**
 * Repairs, now and then until stopped, what a crash or a lost signal left undone: it costs
 * seconds, never a conversation. Any number may run.
 */
export function startSweeper(deps: SweepDeps) {
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
  for (const [what, sweep] of Object.entries(sweeps)) {
    try {
      await sweep(deps)
    } catch (error) {
      const cause = describeDatabaseError(error)
      deps.log.warn({ what, cause }, 'sweep failed; the next one tries again')
    }
  }
}
