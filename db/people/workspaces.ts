import { eq } from 'drizzle-orm'
import type { Plan } from '../../domain/words.ts'
import type { Queryable, Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import { eventCounters, workspaces } from '../schema.ts'
import { createAdminRole } from './roles.ts'
import { createTeamspace } from './teamspaces.ts'
import { issueToken } from './tokens.ts'
import { createUser } from './users.ts'

export type WorkspaceRow = typeof workspaces.$inferSelect
export type NewWorkspace = {
  name: string
  plan: Plan
  admin: { name: string; email: string }
}

/** A new workspace with its first rows; the token is the admin's. */
export type MadeWorkspace = Awaited<ReturnType<typeof createWorkspace>>

/** Makes a workspace with teamspace "General", role "admin" and the first admin. */
export async function createWorkspace(tx: Transaction, { name, plan, admin }: NewWorkspace) {
  const workspace = await insertWorkspace(tx, { name, plan })
  const teamspace = await createTeamspace(tx, workspace.id, 'General')
  const role = await createAdminRole(tx, workspace.id)
  const user = await createUser(tx, workspace.id, { ...admin, roleId: role.id })
  const { token } = await issueToken(tx, workspace.id, { userId: user.id })
  return { workspace, teamspace, admin: user, token }
}

async function insertWorkspace(
  tx: Transaction,
  values: { name: string; plan: Plan },
): Promise<WorkspaceRow> {
  const [row] = await tx
    .insert(workspaces)
    .values({ id: newId('workspace'), ...values })
    .returning()
  const workspace = row as WorkspaceRow
  await tx.insert(eventCounters).values({ workspaceId: workspace.id })
  return workspace
}

export async function findWorkspace(db: Queryable, id: string): Promise<WorkspaceRow | null> {
  const [row] = await db.select().from(workspaces).where(eq(workspaces.id, id))
  return row ?? null
}

/** Whether there is any workspace at all. */
export async function isEmpty(db: Queryable): Promise<boolean> {
  const rows = await db.select({ id: workspaces.id }).from(workspaces).limit(1)
  return rows.length === 0
}

/** Under the workspace's lock. */
export async function setPlan(tx: Transaction, id: string, plan: Plan): Promise<void> {
  await tx.update(workspaces).set({ plan }).where(eq(workspaces.id, id))
}
