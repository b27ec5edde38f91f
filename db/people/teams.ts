import { and, eq, getTableColumns, isNull, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { Queryable, Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import { oneOf, type Part, within } from '../listing.ts'
import { teamMembers, teams, teamTeamspaces, users } from '../schema.ts'
import { isOnline } from './permitted.ts'

export type TeamRow = typeof teams.$inferSelect & { teamspaceIds: string[]; memberIds: string[] }
export type NewTeam = { name: string; teamspaceIds: string[] }
export type MemberRow = { userId: string; name: string; online: boolean }

const notDeleted = isNull(teams.deletedAt)

const query = () => new QueryBuilder({ casing: 'snake_case' })

const itsTeamspaces = query()
  .select({ id: teamTeamspaces.teamspaceId })
  .from(teamTeamspaces)
  .where(eq(teamTeamspaces.teamId, teams.id))
  .orderBy(teamTeamspaces.teamspaceId)

const itsMembers = query()
  .select({ id: teamMembers.userId })
  .from(teamMembers)
  .where(eq(teamMembers.teamId, teams.id))
  .orderBy(teamMembers.userId)

function selectTeams(db: Queryable) {
  const teamspaceIds = sql<string[]>`array ${itsTeamspaces}`
  const memberIds = sql<string[]>`array ${itsMembers}`
  return db.select({ ...getTableColumns(teams), teamspaceIds, memberIds }).from(teams)
}

export function listTeams(db: Queryable, workspaceId: string, part: Part): Promise<TeamRow[]> {
  return selectTeams(db)
    .where(and(within(teams, workspaceId, part), notDeleted))
    .orderBy(teams.id)
    .limit(part.limit + 1)
}

/** Null when it is deleted, too. */
export async function findTeam(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<TeamRow | null> {
  const [row] = await selectTeams(db).where(and(oneOf(teams, workspaceId, id), notDeleted))
  return row ?? null
}

/** The members of a team, by name, and whether each is online. */
export function listMembers(db: Queryable, teamId: string): Promise<MemberRow[]> {
  return db
    .select({ userId: users.id, name: users.name, online: isOnline })
    .from(teamMembers)
    .innerJoin(users, eq(users.id, teamMembers.userId))
    .where(eq(teamMembers.teamId, teamId))
    .orderBy(users.name, users.id)
}

/** Whether the user serves in this team. */
export async function isMember(db: Queryable, userId: string, teamId: string): Promise<boolean> {
  const rows = await db
    .select({ userId: teamMembers.userId })
    .from(teamMembers)
    .where(and(eq(teamMembers.userId, userId), eq(teamMembers.teamId, teamId)))
  return rows.length > 0
}

/** A new team without members. Under the workspace's lock. */
export async function createTeam(
  tx: Transaction,
  workspaceId: string,
  { name, teamspaceIds }: NewTeam,
): Promise<string> {
  const id = newId('team')
  await tx.insert(teams).values({ id, workspaceId, name })
  await linkTeam(tx, workspaceId, id, teamspaceIds)
  return id
}

export async function renameTeam(
  tx: Transaction,
  workspaceId: string,
  id: string,
  name: string,
): Promise<void> {
  await tx
    .update(teams)
    .set({ name })
    .where(oneOf(teams, workspaceId, id))
}

/** Links a team to these teamspaces and no others. Under the workspace's lock. */
export async function linkTeam(
  tx: Transaction,
  workspaceId: string,
  teamId: string,
  teamspaceIds: string[],
): Promise<void> {
  await tx
    .delete(teamTeamspaces)
    .where(and(eq(teamTeamspaces.workspaceId, workspaceId), eq(teamTeamspaces.teamId, teamId)))
  const links = [...new Set(teamspaceIds)].map((teamspaceId) => ({
    workspaceId,
    teamId,
    teamspaceId,
  }))
  if (links.length > 0) await tx.insert(teamTeamspaces).values(links)
}

/** Quiet when they are a member already. Under the workspace's lock. */
export async function addMember(
  tx: Transaction,
  workspaceId: string,
  teamId: string,
  userId: string,
): Promise<void> {
  await tx.insert(teamMembers).values({ workspaceId, teamId, userId }).onConflictDoNothing()
}

/** Quiet when they are no member. Under the workspace's lock. */
export async function removeMember(
  tx: Transaction,
  workspaceId: string,
  teamId: string,
  userId: string,
): Promise<void> {
  const membership = and(eq(teamMembers.teamId, teamId), eq(teamMembers.userId, userId))
  await tx.delete(teamMembers).where(and(eq(teamMembers.workspaceId, workspaceId), membership))
}
