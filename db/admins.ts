import { and, eq, isNull } from 'drizzle-orm'
import type { Transaction } from './client.ts'
import { roles, users } from './schema.ts'

/** The longest-serving active admin; there is always one. */
export async function firstActiveAdmin(tx: Transaction, workspaceId: string): Promise<string> {
  const [admin] = await tx
    .select({ id: users.id })
    .from(users)
    .innerJoin(roles, eq(roles.id, users.roleId))
    .where(and(eq(users.workspaceId, workspaceId), roles.isAdmin, isNull(users.deactivatedAt)))
    .orderBy(users.id)
    .limit(1)
    .for('no key update', { of: users })
  if (!admin) throw new Error(`Workspace ${workspaceId} has no active admin`)
  return admin.id
}
