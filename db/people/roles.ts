import { eq } from 'drizzle-orm'
import type { Grants } from '../../domain/principals.ts'
import type { Queryable, Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import { oneOf, type Part, within } from '../listing.ts'
import { roles, users } from '../schema.ts'

export type RoleRow = typeof roles.$inferSelect
export type NewRole = { name: string; livechats: Grants; tickets: Grants }

const everything: Grants = { view: 'all', manage: 'all', transfer: true }

const columnsOf = ({ name, livechats, tickets }: NewRole) => ({
  name,
  livechatsView: livechats.view,
  livechatsManage: livechats.manage,
  livechatsTransfer: livechats.transfer,
  ticketsView: tickets.view,
  ticketsManage: tickets.manage,
  ticketsTransfer: tickets.transfer,
})

/** What a role allows, per kind of conversation. */
export function grantsOf(row: RoleRow): { livechats: Grants; tickets: Grants } {
  return {
    livechats: {
      view: row.livechatsView,
      manage: row.livechatsManage,
      transfer: row.livechatsTransfer,
    },
    tickets: { view: row.ticketsView, manage: row.ticketsManage, transfer: row.ticketsTransfer },
  }
}

export function listRoles(db: Queryable, workspaceId: string, part: Part): Promise<RoleRow[]> {
  return db
    .select()
    .from(roles)
    .where(within(roles, workspaceId, part))
    .orderBy(roles.id)
    .limit(part.limit + 1)
}

export async function findRole(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<RoleRow | null> {
  const [row] = await db
    .select()
    .from(roles)
    .where(oneOf(roles, workspaceId, id))
  return row ?? null
}

export function createRole(tx: Queryable, workspaceId: string, role: NewRole): Promise<RoleRow> {
  return insertRole(tx, workspaceId, role, false)
}

/** The preset role `admin`, which has every grant; one per workspace. */
export function createAdminRole(tx: Queryable, workspaceId: string): Promise<RoleRow> {
  const role = { name: 'admin', livechats: everything, tickets: everything }
  return insertRole(tx, workspaceId, role, true)
}

async function insertRole(tx: Queryable, workspaceId: string, role: NewRole, isAdmin: boolean) {
  const [row] = await tx
    .insert(roles)
    .values({ id: newId('role'), workspaceId, isAdmin, ...columnsOf(role) })
    .returning()
  return row as RoleRow
}

/** Under the workspace's lock. */
export async function changeRole(
  tx: Transaction,
  { id, workspaceId }: RoleRow,
  role: NewRole,
): Promise<RoleRow> {
  const which = oneOf(roles, workspaceId, id)
  const [row] = await tx.update(roles).set(columnsOf(role)).where(which).returning()
  return row as RoleRow
}

/** Whether any user has this role, deactivated ones included. Under the workspace's lock, so that it stays true. */
export async function isRoleInUse(tx: Transaction, role: RoleRow): Promise<boolean> {
  const holders = await tx
    .select({ id: users.id })
    .from(users)
    .where(eq(users.roleId, role.id))
    .limit(1)
  return holders.length > 0
}

export async function deleteRole(tx: Transaction, { id, workspaceId }: RoleRow): Promise<void> {
  await tx.delete(roles).where(oneOf(roles, workspaceId, id))
}
