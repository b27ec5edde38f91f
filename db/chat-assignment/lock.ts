import { eq, type SQL, sql } from 'drizzle-orm'
import { builtOnce } from '../built-once.ts'
import type { Queryable, Transaction } from '../client.ts'
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
  await selectItsWorkspaceToLock(tx, { conversationId })
}

const selectItsWorkspaceToLock = builtOnce((db) => {
  const itsWorkspace = db
    .select({ id: conversations.workspaceId })
    .from(conversations)
    .where(eq(conversations.id, sql.placeholder('conversationId')))
  return lock(db, sql`(${itsWorkspace})`)
})

function lock(db: Queryable, id: string | SQL) {
  return db
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(eq(workspaces.id, id))
    .for('no key update')
}
