import type { DatabaseClient } from '../client.ts'
import { EVENTS_CHANNEL } from './record.ts'

/** Events within this time are told of once: all drains of a workspace read the same rows. */
const GATHER_MS = 50

/** Tells that events happened. A notification may be lost, so a listener must also poll. */
export type EventNotifier = {
  /** Calls `tell` soon after an event in this workspace, until the returned function is called. */
  listen(workspaceId: string, tell: () => void): () => void
  /** The same for all workspaces; `tell` is given the workspace's id. */
  listenToAll(tell: (workspaceId: string) => void): () => void
}

/** All listeners of a process share one connection. */
export function listenForEvents({ sql }: Pick<DatabaseClient, 'sql'>): EventNotifier {
  const listeners = new Map<string, Set<() => void>>()
  const everywhere = new Set<(workspaceId: string) => void>()
  const gathering = new Set<string>()

  function tellAll(workspaceId: string): void {
    gathering.delete(workspaceId)
    for (const tell of listeners.get(workspaceId) ?? []) tell()
    for (const tell of everywhere) tell(workspaceId)
  }
  const tellSoon = (workspaceId: string) => {
    if (gathering.has(workspaceId)) return
    gathering.add(workspaceId)
    setTimeout(tellAll, GATHER_MS, workspaceId).unref()
  }
  // Called once: the driver itself tries again when this fails, or when the connection is lost.
  sql.listen(EVENTS_CHANNEL, tellSoon).catch(() => {})

  return {
    listen(workspaceId, tell) {
      const those = listeners.get(workspaceId) ?? new Set()
      listeners.set(workspaceId, those.add(tell))
      return () => {
        those.delete(tell)
        if (those.size === 0) listeners.delete(workspaceId)
      }
    },
    listenToAll(tell) {
      everywhere.add(tell)
      return () => everywhere.delete(tell)
    },
  }
}
