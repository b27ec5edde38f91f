import { eq } from 'drizzle-orm'
import type { Transaction } from '../client.ts'
import { workspaces } from '../schema.ts'

/**
 * Locks the workspace, under which Chat Assignment decides and everything it weighs changes:
 * presence, membership, deactivation, roles, settings, plan. Before the conversation and users.
 */
export async function lockWorkspace(tx: Transaction, workspaceId: string): Promise<void> {
  await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId))
    .for('no key update')
}
