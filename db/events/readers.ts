import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Queryable } from '../client.ts'
import { mayHold } from '../people/permitted.ts'
import { findPrincipalsByTokens } from '../people/principals.ts'
import { roles, teamMembers, teamTeamspaces, users } from '../schema.ts'
import type { EventReader } from './reach.ts'

/**
 * The readers with these tokens, by hash, with what decides which events they see. A deleted token
 * is absent. Always three statements, however many tokens are asked for.
 */
export async function findEventReaders(
  db: Queryable,
  workspaceId: string,
  hashes: string[],
): Promise<Map<string, EventReader>> {
  const principals = await findPrincipalsByTokens(db, workspaceId, hashes)
  const userIds = [...principals.values()].flatMap(({ type, id }) => (type === 'user' ? [id] : []))
  const memberships = await listMemberships(db, userIds)
  const staff = userIds.length === 0 ? [] : await listStaffed(db, workspaceId)
  const staffed = {
    chat: byTeamspace(staff.filter((row) => row.holdsChats)),
    ticket: byTeamspace(staff.filter((row) => row.holdsTickets)),
  }
  const readers = new Map<string, EventReader>()
  for (const [hash, principal] of principals) {
    const mine = memberships.get(principal.id) ?? []
    const own = new Set(mine.map((row) => row.teamId))
    readers.set(hash, { principal, teams: { own, serving: byTeamspace(mine), staffed } })
  }
  return readers
}

type Link = { teamId: string; teamspaceId: string | null }

function byTeamspace(links: Link[]): Map<string, Set<string>> {
  const teams = new Map<string, Set<string>>()
  for (const { teamId, teamspaceId } of links) {
    if (teamspaceId === null) continue
    teams.set(teamspaceId, (teams.get(teamspaceId) ?? new Set()).add(teamId))
  }
  return teams
}

/** By user: their teams, one entry for each teamspace that a team is linked to. */
async function listMemberships(db: Queryable, userIds: string[]): Promise<Map<string, Link[]>> {
  const memberships = new Map<string, Link[]>(userIds.map((id) => [id, []]))
  if (userIds.length === 0) return memberships
  const among = sql`(select jsonb_array_elements_text(${JSON.stringify(userIds)}::jsonb))`
  const rows = await db
    .select({
      userId: teamMembers.userId,
      teamId: teamMembers.teamId,
      teamspaceId: teamTeamspaces.teamspaceId,
    })
    .from(teamMembers)
    .leftJoin(teamTeamspaces, eq(teamTeamspaces.teamId, teamMembers.teamId))
    .where(sql`${teamMembers.userId} in ${among}`)
  for (const { userId, ...link } of rows) memberships.get(userId)?.push(link)
  return memberships
}

/** The linked teams of a workspace that have an active member, and what their members may hold. */
function listStaffed(db: Queryable, workspaceId: string) {
  return db
    .selectDistinct({
      teamId: teamTeamspaces.teamId,
      teamspaceId: teamTeamspaces.teamspaceId,
      holdsChats: mayHold('chat'),
      holdsTickets: mayHold('ticket'),
    })
    .from(teamTeamspaces)
    .innerJoin(teamMembers, eq(teamMembers.teamId, teamTeamspaces.teamId))
    .innerJoin(users, and(eq(users.id, teamMembers.userId), isNull(users.deactivatedAt)))
    .innerJoin(roles, eq(roles.id, users.roleId))
    .where(eq(teamTeamspaces.workspaceId, workspaceId))
}
