import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Queryable } from '../client.ts'
import { mayHold } from '../people/permitted.ts'
import { findPrincipalsByTokens } from '../people/principals.ts'
import { roles, teamMembers, teamTeamspaces, users } from '../schema.ts'
import type { EventReader } from './reach.ts'

/**
 * Who bears the tokens with these hashes, with what decides which events each sees; who is nobody
 * any more is absent. Three statements, however many ask.
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
    const his = new Set(mine.map((row) => row.teamId))
    readers.set(hash, { principal, teams: { his, serving: byTeamspace(mine), staffed } })
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

/** By user, the teams he is in, once for each teamspace they are linked to. */
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

/** The linked teams of a workspace that somebody active is in, and what may be held there. */
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
