import type { DatabaseClient } from '../../db/client.ts'
import { EVENTS_CHANNEL } from '../../db/events.ts'

/** Tells of what happens in a workspace. A notification may be lost: whoever listens polls, too. */
export type Happenings = {
  /** Calls `tell` whenever something happened there, until the returned function is called. */
  listen(workspaceId: string, tell: () => void): () => void
}

/** All listeners of a process share one connection. */
export function listenForEvents({ sql }: Pick<DatabaseClient, 'sql'>): Happenings {
  const listeners = new Map<string, Set<() => void>>()
  const tellAll = (workspaceId: string) => {
    for (const tell of listeners.get(workspaceId) ?? []) tell()
  }
  // Once: though this may fail, the driver goes on trying, and again whenever it lost the connection.
  sql.listen(EVENTS_CHANNEL, tellAll).catch(() => {})

  return {
    listen(workspaceId, tell) {
      const those = listeners.get(workspaceId) ?? new Set()
      listeners.set(workspaceId, those.add(tell))
      return () => {
        those.delete(tell)
        if (those.size === 0) listeners.delete(workspaceId)
      }
    },
  }
}
