import type { Logger } from 'pino'
import { listTeamspacesWaiting } from '../db/chat-assignment.ts'
import type { Database } from '../db/client.ts'
import type { Engine } from './engine.ts'

export type WakeDeps = { db: Database; engine: Pick<Engine, 'wakeQueue'>; log: Logger }

/** What made a wake worth while: a slot may be free in the workspace, or an offer was settled. */
export type Wake = { workspaceId: string; offer?: { teamspaceId: string; commandId: string } }

/**
 * Wakes the queues of a workspace in which something waits, behind the caller's back. A wake that
 * is lost here costs seconds: the sweeper wakes every queue that has waiters and candidates.
 */
export function wakeQueuesSoon({ db, engine, log }: WakeDeps, { workspaceId, offer }: Wake): void {
  const wake = async () => {
    if (offer) await engine.wakeQueue(offer.teamspaceId, offer.commandId)
    for (const teamspaceId of await listTeamspacesWaiting(db, workspaceId)) {
      if (teamspaceId !== offer?.teamspaceId) await engine.wakeQueue(teamspaceId)
    }
  }
  wake().catch(() => log.warn({ workspaceId }, 'queues not woken; the sweeper will'))
}
