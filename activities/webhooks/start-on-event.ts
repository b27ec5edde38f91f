import { setTimeout } from 'node:timers/promises'
import { describeDatabaseError } from '../../db/errors.ts'
import type { EventNotifier } from '../../db/events/listen.ts'
import { listUndrained } from '../../db/webhooks/draining.ts'
import type { SweepDeps } from '../sweep/repairs.ts'

/** Between two looks at the same workspace. A drain that runs listens by itself. */
const PAUSE_MS = 1_000

/**
 * Starts a workspace's webhooks when an event happens there, unless they are being drained. When
 * this misses one, the sweeper starts it seconds later.
 */
export function startOnEvent(events: EventNotifier, deps: SweepDeps) {
  const stopped = new AbortController()
  /** The workspaces it is looking at, and whether another event happened there meanwhile. */
  const looking = new Map<string, boolean>()
  const running = new Set<Promise<void>>()

  async function look(workspaceId: string): Promise<void> {
    do {
      looking.set(workspaceId, false)
      await startIn(workspaceId, deps)
      await setTimeout(PAUSE_MS, null, { signal: stopped.signal }).catch(() => {})
    } while (looking.get(workspaceId) && !stopped.signal.aborted)
    looking.delete(workspaceId)
  }

  const stopListening = events.listenToAll((workspaceId) => {
    if (looking.has(workspaceId)) {
      looking.set(workspaceId, true)
      return
    }
    const one = look(workspaceId).finally(() => running.delete(one))
    running.add(one)
  })
  return {
    async stop(): Promise<void> {
      stopListening()
      stopped.abort()
      await Promise.all(running)
    },
  }
}

async function startIn(workspaceId: string, { db, engine, log }: SweepDeps): Promise<void> {
  try {
    const undrained = await listUndrained(db, workspaceId)
    await Promise.all(undrained.map(({ id }) => engine.startWebhook(id)))
  } catch (error) {
    const cause = describeDatabaseError(error)
    log.warn({ workspaceId, cause }, 'webhooks not started; the sweeper will')
  }
}
