import { setTimeout } from 'node:timers/promises'
import { describeDatabaseError } from '../../db/errors.ts'
import type { Happenings } from '../../db/events/listen.ts'
import { listUnseen } from '../../db/webhooks/draining.ts'
import type { SweepDeps } from '../sweep/repair.ts'

/** Between two looks at the same workspace; who runs listens by himself. */
const PAUSE_MS = 1_000

/**
 * Starts the webhooks of a workspace when something happened there and nobody sees to them. What
 * is lost here the sweeper starts, seconds later.
 */
export function startAt(happenings: Happenings, { db, engine, log }: SweepDeps) {
  const stopped = new AbortController()
  /** Workspaces that are looked at, and whether something happened there since. */
  const looking = new Map<string, boolean>()
  const running = new Set<Promise<void>>()

  async function start(workspaceId: string): Promise<void> {
    try {
      const unseen = await listUnseen(db, workspaceId)
      await Promise.all(unseen.map(({ id }) => engine.startWebhook(id)))
    } catch (error) {
      const cause = describeDatabaseError(error)
      log.warn({ workspaceId, cause }, 'webhooks not started; the sweeper will')
    }
  }

  async function look(workspaceId: string): Promise<void> {
    do {
      looking.set(workspaceId, false)
      await start(workspaceId)
      await setTimeout(PAUSE_MS, null, { signal: stopped.signal }).catch(() => {})
    } while (looking.get(workspaceId) && !stopped.signal.aborted)
    looking.delete(workspaceId)
  }

  const deaf = happenings.listenToAll((workspaceId) => {
    if (looking.has(workspaceId)) {
      looking.set(workspaceId, true)
      return
    }
    const one = look(workspaceId).finally(() => running.delete(one))
    running.add(one)
  })
  return {
    async stop(): Promise<void> {
      deaf()
      stopped.abort()
      await Promise.all(running)
    },
  }
}
