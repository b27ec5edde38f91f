import { lockWorkspace } from '../../db/chat-assignment/serving.ts'
import type { Transaction } from '../../db/client.ts'
import { grantsChanged } from '../../db/people/grants.ts'
import { wakeQueuesSoon } from '../../engine/wake-queues.ts'
import type { Deps } from '../context.ts'

/**
 * One transaction under the workspace's lock, for whatever Chat Assignment weighs and for what
 * refers to each other. What `change` throws undoes it. What waits in a queue is looked at again
 * afterwards, because any of this may have freed or added a slot.
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
 * The same for what decides who sees what: open event streams are filtered anew, or ended. Counted
 * first, because `change` may end with events, which are the last writes.
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
