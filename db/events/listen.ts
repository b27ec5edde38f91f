import type { DatabaseClient } from '../client.ts'
import { EVENTS_CHANNEL } from './record.ts'

/** What happens meanwhile is told at once: all drains of a workspace read the same rows. */
const GATHER_MS = 50

/** Tells of what happens. A notification may be lost: whoever listens looks by himself, too. */
export type Happenings = {
  /** Calls `tell` soon after something happened there, until the returned function is called. */
  listen(workspaceId: string, tell: () => void): () => void
  /** The same for all workspaces; `tell` is given which. */
  listenToAll(tell: (workspaceId: string) => void): () => void
}

/** All listeners of a process share one connection. */
export function listenForEvents({ sql }: Pick<DatabaseClient, 'sql'>): Happenings {
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
  // Once: though this may fail, the driver goes on trying, and again whenever it lost the connection.
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
