import { eq, getTableColumns, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { Queryable, Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import { given, oneOf, type Part, within } from '../listing.ts'
import { teamMembers, users } from '../schema.ts'
import { listActiveAdmins } from './admins.ts'
import { isOnline } from './permitted.ts'

/** A user with their teams, and whether they are online now. */
export type UserRow = typeof users.$inferSelect & { online: boolean; teamIds: string[] }
export type NewUser = { name: string; email: string; roleId: string }

const theirTeams = new QueryBuilder({ casing: 'snake_case' })
  .select({ id: teamMembers.teamId })
  .from(teamMembers)
  .where(eq(teamMembers.userId, users.id))
  .orderBy(teamMembers.teamId)

function selectUsers(db: Queryable) {
  const teamIds = sql<string[]>`array ${theirTeams}`
  return db.select({ ...getTableColumns(users), online: isOnline, teamIds }).from(users)
}

export function listUsers(db: Queryable, workspaceId: string, part: Part): Promise<UserRow[]> {
  return selectUsers(db)
    .where(within(users, workspaceId, part))
    .orderBy(users.id)
    .limit(part.limit + 1)
}

export async function findUser(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<UserRow | null> {
  const [row] = await selectUsers(db).where(oneOf(users, workspaceId, id))
  return row ?? null
}

/** A new user is away and in no team. Under the workspace's lock, so that the role is not deleted meanwhile. */
export async function createUser(
  tx: Transaction,
  workspaceId: string,
  user: NewUser,
): Promise<UserRow> {
  const [row] = await tx
    .insert(users)
    .values({ id: newId('user'), workspaceId, ...user })
    .returning()
  return { ...(row as typeof users.$inferSelect), online: false, teamIds: [] }
}

/** Under the workspace's lock. */
export async function changeUser(
  tx: Transaction,
  { id, workspaceId }: UserRow,
  change: { name?: string; roleId?: string },
): Promise<void> {
  const columns = given({ name: change.name, roleId: change.roleId })
  if (columns)
    await tx
      .update(users)
      .set(columns)
      .where(oneOf(users, workspaceId, id))
}

/** Whether they are the only active admin. Under the workspace's lock, so that it stays true. */
export async function isLastAdmin(tx: Transaction, user: UserRow): Promise<boolean> {
  const [first, another] = await listActiveAdmins(tx, user.workspaceId)
  return first === user.id && another === undefined
}
