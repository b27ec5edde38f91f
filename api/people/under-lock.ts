import { lockWorkspace } from '../../db/chat-assignment/lock.ts'
import type { Transaction } from '../../db/client.ts'
import { grantsChanged } from '../../db/people/grant-changes.ts'
import type { Teamspaces } from '../../db/queue/waiting-teamspaces.ts'
import { wakeQueuesSoon } from '../../engine/wake-queues.ts'
import type { Deps } from '../context.ts'

/** A change, which says whose queues are to be woken, because it may have freed or added a slot. */
type Change<T> = (tx: Transaction, wake: (queues: Teamspaces) => void) => Promise<T>

/**
 * One transaction under the workspace's lock: for changes of what Chat Assignment decides by, and
 * for rows that refer to each other. If `change` throws, all is rolled back and nothing is woken.
 */
export async function underLock<T>(deps: Deps, workspaceId: string, change: Change<T>): Promise<T> {
  const woken: Teamspaces[] = []
  const changed = await deps.db.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId)
    return change(tx, (queues) => woken.push(queues))
  })
  for (const queues of woken) wakeQueuesSoon(deps, queues)
  return changed
}

/**
 * The same for changes of who sees what: open event streams are judged again, or ended. The change
 * is counted first, because `change` may record events, which must be the last writes.
 */
export function changingGrants<T>(deps: Deps, workspaceId: string, change: Change<T>): Promise<T> {
  return underLock(deps, workspaceId, async (tx, wake) => {
    await grantsChanged(tx, workspaceId)
    return change(tx, wake)
  })
}
