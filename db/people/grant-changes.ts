import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '../client.ts'
import { EVENTS_CHANNEL } from '../events/record.ts'
import { notifyAfterCommit } from '../notify.ts'
import { workspaces } from '../schema.ts'

/**
 * Counts a change of grants, memberships or tokens, and notifies event streams. Call it in the
 * transaction of the change, under the workspace's lock: later events are then judged by it.
 */
export async function grantsChanged(tx: Transaction, workspaceId: string): Promise<void> {
  await tx
    .update(workspaces)
    .set({ grantChanges: sql`${workspaces.grantChanges} + 1` })
    .where(eq(workspaces.id, workspaceId))
  notifyAfterCommit(tx, EVENTS_CHANNEL, workspaceId)
}
