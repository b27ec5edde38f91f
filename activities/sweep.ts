import { describeDatabaseError } from '../db/errors.ts'
import { commandsUnheard } from './sweep/commands.ts'
import { presencesRunOut } from './sweep/presence.ts'
import { queuesUnwoken } from './sweep/queues.ts'
import type { SweepDeps, Sweeping } from './sweep/repair.ts'
import { handoversUnseen } from './sweep/shift-changes.ts'
import { webhooksUnseen } from './sweep/webhooks.ts'

const EVERY_MS = 3_000

/** What somebody waits for comes first. */
const sweeps = [commandsUnheard, queuesUnwoken, webhooksUnseen, handoversUnseen, presencesRunOut]

/**
 * Repairs, now and then until stopped, what a crash or a lost signal left undone: it costs
 * seconds, never a conversation. Any number may run.
 */
export function startSweeper(deps: SweepDeps) {
  let running: Promise<void> | null = null
  const ending = new AbortController()
  const timer = setInterval(() => {
    // While one waits for a database that is gone, others would only queue up behind it.
    running ??= sweepAll({ ...deps, ending: ending.signal }).finally(() => {
      running = null
    })
  }, EVERY_MS)
  return {
    async stop(): Promise<void> {
      clearInterval(timer)
      ending.abort()
      await running
    },
  }
}

async function sweepAll(deps: Sweeping): Promise<void> {
  for (const sweep of sweeps) {
    if (deps.ending.aborted) return
    try {
      await sweep(deps)
    } catch (error) {
      const cause = describeDatabaseError(error)
      deps.log.warn({ cause }, 'sweep failed; the next one tries again')
    }
  }
}
