import type { Logger } from 'pino'
import { lockWorkspace } from '../../db/chat-assignment/lock.ts'
import { chatAssignmentOf } from '../../db/chat-assignment/settings.ts'
import type { Database } from '../../db/client.ts'
import { claimOverdueCommands } from '../../db/commands/unsettled.ts'
import { describeDatabaseError } from '../../db/errors.ts'
import { findExpired, goneAway } from '../../db/people/expired-presence.ts'
import { listDeletedWithChats } from '../../db/people/reclaims.ts'
import { listAllTeamspacesWaiting } from '../../db/queue/waiting-teamspaces.ts'
import { listRunningShiftChanges } from '../../db/shift-changes.ts'
import { listUndrained } from '../../db/webhooks/draining.ts'
import { reclaimSome } from '../../engine/reclaim.ts'
import type { Engine } from '../../engine/signal.ts'
import { findSituation, listServable } from '../chat-assignment/waiting.ts'

/** How many shift changes one sweep starts at most. */
const SHIFT_CHANGE_BATCH = 100

export type SweepDeps = { db: Database; engine: Engine; log: Logger }

/** `ending` is aborted when the worker stops. */
export type Sweeping = SweepDeps & { ending: AbortSignal }

/** Signals the commands that have been pending for too long. */
export const signalOverdueCommands = repairEach(
  async ({ db, engine }) => {
    // Without the engine the signals would fail, and the claim would only delay the next attempt.
    await engine.ping()
    return claimOverdueCommands(db)
  },
  ({ engine }, command) => engine.signal(command),
)

/** Wakes each queue with a conversation that an agent could take now. */
export const wakeQueues = repairEach(
  async ({ db }) => (await listAllTeamspacesWaiting(db)).map((id) => ({ id })),
  async ({ db, engine }, { id }) => {
    const settings = await chatAssignmentOf(db, id)
    const situation = await findSituation(db, id)
    const among = { teamspaceId: id, before: null }
    const servable = await listServable(db, situation, settings, among)
    if (servable.length > 0) await engine.wakeQueue(id)
  },
)

/** Starts the workflow of each webhook that has something to do and that nobody drains. */
export const startWebhooks = repairEach(
  ({ db }) => listUndrained(db),
  ({ engine }, { id }) => engine.startWebhook(id),
)

/** Starts the workflow of each shift change that has not ended; one that runs is left alone. */
export const startShiftChanges = repairEach(
  ({ db }) => listRunningShiftChanges(db, SHIFT_CHANGE_BATCH),
  ({ engine }, { id }) => engine.startShiftChange(id),
)

/** Has what deleted AI agents leave reclaimed, as far as whoever deleted them did not come. */
export const reclaimOfDeleted = repairEach(
  async ({ db }) => (await listDeletedWithChats(db)).map((id) => ({ id })),
  (deps, { id }) => reclaimSome(deps, id),
)

/** Sets each user away whose presence has expired, so that the record says so too. */
export const setExpiredAway = repairEach(
  ({ db }) => findExpired(db),
  ({ db }, { workspaceId, userId }) =>
    db.transaction(async (tx) => {
      await lockWorkspace(tx, workspaceId)
      await goneAway(tx, workspaceId, userId)
    }),
)

/** Repairs each thing that `find` finds. When one cannot be repaired now, the others still are. */
function repairEach<Found extends object>(
  find: (deps: SweepDeps) => Promise<Found[]>,
  repair: (deps: SweepDeps, found: Found) => Promise<unknown>,
) {
  return async (deps: Sweeping): Promise<void> => {
    for (const found of await find(deps)) {
      try {
        await repair(deps, found)
      } catch (error) {
        const { id } = found as { id?: string }
        const cause = describeDatabaseError(error)
        deps.log.warn({ id, cause }, 'not repaired; the next sweeps try again')
        // A stopping worker goes on only while repairs succeed: what it found may be claimed.
        if (deps.ending.aborted) return
      }
    }
  }
}
