import { randomUUID } from 'node:crypto'
import { describeDatabaseError } from '../db/errors.ts'
import { claimTurn, leaveTurn } from '../db/sweep-turn.ts'
import { EngineUnavailable } from '../engine/signal.ts'
import {
  reclaimOfDeleted,
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
  reclaimOfDeleted,
  setExpiredAway,
]

/**
 * Repairs every few seconds, until stopped, what a crash or a lost signal left undone. So a crash
 * costs seconds, never a conversation. Any number of sweepers may run: one at a time has the turn,
 * and leaves it when it stops, or cannot reach Temporal.
 */
export function startSweeper(deps: SweepDeps) {
  const holder = randomUUID()
  let running: Promise<void> | null = null
  const ending = new AbortController()
  const timer = setInterval(() => {
    // One sweep at a time: while the database is gone, more of them would only queue up.
    running ??= sweepInTurn({ ...deps, ending: ending.signal }, holder).finally(() => {
      running = null
    })
  }, EVERY_MS)
  return {
    async stop(): Promise<void> {
      clearInterval(timer)
      ending.abort()
      await running
      await leaveTurn(deps.db, holder).catch(() => {})
    },
  }
}

async function sweepInTurn(deps: Sweeping, holder: string): Promise<void> {
  let isEngineThere = true
  try {
    for (const repair of repairs) {
      if (deps.ending.aborted || !(await claimTurn(deps.db, holder))) return
      await repair(deps).catch((error) => {
        warnOf(deps, error)
        if (error instanceof EngineUnavailable) isEngineThere = false
      })
    }
    // What needs no engine is done; the rest another worker may be able to do.
    if (!isEngineThere) await leaveTurn(deps.db, holder)
  } catch (error) {
    warnOf(deps, error)
  }
}

function warnOf({ log }: Sweeping, error: unknown): void {
  log.warn({ cause: describeDatabaseError(error) }, 'sweep failed; the next one tries again')
}
