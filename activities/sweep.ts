import { describeDatabaseError } from '../db/errors.ts'
import {
  type SweepDeps,
  type Sweeping,
  setExpiredAway,
  signalOverdueCommands,
  startShiftChanges,
  startWebhooks,
  wakeQueues,
} from './sweep/repairs.ts'

const EVERY_MS = 3_000

/** What a sweep repairs, in order: what somebody waits for comes first. */
const repairs = [
  signalOverdueCommands,
  wakeQueues,
  startWebhooks,
  startShiftChanges,
  setExpiredAway,
]

/**
 * Repairs every few seconds, until stopped, what a crash or a lost signal left undone. So a crash
 * costs seconds, never a conversation. Any number of sweepers may run.
 */
export function startSweeper(deps: SweepDeps) {
  let running: Promise<void> | null = null
  const ending = new AbortController()
  const timer = setInterval(() => {
    // One sweep at a time: while the database is gone, more of them would only queue up.
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
  for (const repair of repairs) {
    if (deps.ending.aborted) return
    try {
      await repair(deps)
    } catch (error) {
      const cause = describeDatabaseError(error)
      deps.log.warn({ cause }, 'sweep failed; the next one tries again')
    }
  }
}
