import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import { listTeamspacesWaiting, type Teamspaces } from '../db/queue/waiting-teamspaces.ts'
import type { Engine } from './signal.ts'

export type WakeDeps = { db: Database; engine: Pick<Engine, 'wakeQueue'>; log: Logger }

/** Which queues are woken: of teamspaces in which a slot may be free, or the one whose offer was settled. */
export type Wake = Teamspaces | { teamspaceId: string; settled: string }

/**
 * Wakes the queue whose offer was settled, or every queue of these teamspaces in which something
 * waits. The caller does not wait for it. A wake that is lost costs seconds: the sweeper wakes
 * every queue that has both waiters and candidates.
 */
export function wakeQueuesSoon({ db, engine, log }: WakeDeps, what: Wake): void {
  const wake = async () => {
    if ('settled' in what) return engine.wakeQueue(what.teamspaceId, what.settled)
    for (const teamspaceId of await listTeamspacesWaiting(db, what)) {
      await engine.wakeQueue(teamspaceId)
    }
  }
  wake().catch(() => log.warn(what, 'queues not woken; the sweeper will'))
}
