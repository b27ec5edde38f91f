import { eq, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../client.ts'
import { conversations, workspaces } from '../schema.ts'

/**
 * Locks the workspace, under which Chat Assignment decides and everything it weighs changes:
 * presence, membership, deactivation, roles, settings, plan. Before the conversation and users.
 */
export async function lockWorkspace(tx: Transaction, workspaceId: string): Promise<void> {
  await lock(tx, workspaceId)
}

/** The same of the workspace that a conversation is in. */
export async function lockWorkspaceOf(tx: Transaction, conversationId: string): Promise<void> {
  const itsWorkspace = tx
    .select({ id: conversations.workspaceId })
    .from(conversations)
    .where(eq(conversations.id, conversationId))
  await lock(tx, sql`(${itsWorkspace})`)
}

function lock(tx: Transaction, id: string | SQL) {
  return tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(eq(workspaces.id, id))
    .for('no key update')
}
