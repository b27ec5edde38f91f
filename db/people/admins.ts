import { and, eq, isNull } from 'drizzle-orm'
import type { Queryable, Transaction } from '../client.ts'
import { roles, users } from '../schema.ts'

function selectActiveAdmins(db: Queryable, workspaceId: string) {
  return db
    .select({ id: users.id })
    .from(users)
    .innerJoin(roles, eq(roles.id, users.roleId))
    .where(and(eq(users.workspaceId, workspaceId), roles.isAdmin, isNull(users.deactivatedAt)))
    .orderBy(users.id)
}

/** Every active admin, in order of creation. */
export async function listActiveAdmins(db: Queryable, workspaceId: string): Promise<string[]> {
  return (await selectActiveAdmins(db, workspaceId)).map((row) => row.id)
}

/** The active admin who was created first, locked; there is always one. */
export async function firstActiveAdmin(tx: Transaction, workspaceId: string): Promise<string> {
  const [admin] = await selectActiveAdmins(tx, workspaceId)
    .limit(1)
    .for('no key update', { of: users })
  if (!admin) throw new Error(`Workspace ${workspaceId} has no active admin`)
  return admin.id
}
