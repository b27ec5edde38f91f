import type { Transaction } from '../../db/client.ts'
import { lockWorkspace } from '../../db/pool.ts'
import type { Deps } from '../context.ts'

/**
 * One transaction under the workspace's lock, for whatever Chat Assignment weighs and for what
 * refers to each other. What `change` throws undoes it.
 */
export function underLock<T>(
  { db }: Deps,
  workspaceId: string,
  change: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return db.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId)
    return change(tx)
  })
}
