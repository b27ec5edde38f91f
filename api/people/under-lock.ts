import { lockWorkspace } from '../../db/chat-assignment/lock.ts'
import type { Transaction } from '../../db/client.ts'
import { grantsChanged } from '../../db/people/grant-changes.ts'
import { wakeQueuesSoon } from '../../engine/wake-queues.ts'
import type { Deps } from '../context.ts'

/**
 * One transaction under the workspace's lock: for changes of what Chat Assignment decides by, and
 * for rows that refer to each other. If `change` throws, all is rolled back. Afterwards the queues
 * are woken, because the change may have freed or added a slot.
 */
export async function underLock<T>(
  deps: Deps,
  workspaceId: string,
  change: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const changed = await deps.db.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId)
    return change(tx)
  })
  wakeQueuesSoon(deps, { workspaceId })
  return changed
}

/**
 * The same for changes of who sees what: open event streams are judged again, or ended. The change
 * is counted first, because `change` may record events, which must be the last writes.
 */
export function changingGrants<T>(
  deps: Deps,
  workspaceId: string,
  change: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return underLock(deps, workspaceId, async (tx) => {
    await grantsChanged(tx, workspaceId)
    return change(tx)
  })
}
