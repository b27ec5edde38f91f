import { eq, sql } from 'drizzle-orm'
import type { TeamsThere } from '../../domain/permission.ts'
import type { ConversationKind } from '../../domain/words.ts'
import { listStaffedTeams } from '../chat-assignment/pool.ts'
import type { Queryable } from '../client.ts'
import { teamMembers, teamTeamspaces } from '../schema.ts'

/** The teams as they are now, for one reader: what decides, beside their grants, what they see. */
export type Memberships = {
  /** Those they are in. */
  theirs: ReadonlySet<string>
  /** By teamspace, those of them that are linked to it. */
  serving: ReadonlyMap<string, ReadonlySet<string>>
  /** By kind and teamspace, those linked to it that somebody active is in who may hold the kind. */
  staffed: Record<ConversationKind, ReadonlyMap<string, ReadonlySet<string>>>
}

const NONE: ReadonlySet<string> = new Set()

/** The same, in the teamspace of a conversation; none of who is no user (null). */
export function teamsThere(
  memberships: Memberships | null,
  { kind, teamspaceId }: { kind: ConversationKind; teamspaceId: string },
): TeamsThere {
  return {
    theirs: memberships?.theirs ?? NONE,
    serving: memberships?.serving.get(teamspaceId) ?? NONE,
    staffed: memberships?.staffed[kind].get(teamspaceId) ?? NONE,
  }
}

/** The memberships of each of these users of a workspace. Two statements, however many they are. */
export async function findMemberships(
  db: Queryable,
  workspaceId: string,
  userIds: string[],
): Promise<Map<string, Memberships>> {
  if (userIds.length === 0) return new Map()
  const links = await listLinks(db, userIds)
  const staff = await listStaffedTeams(db, workspaceId)
  const staffed = {
    chat: byTeamspace(staff.filter((row) => row.holdsChats)),
    ticket: byTeamspace(staff.filter((row) => row.holdsTickets)),
  }
  return new Map(
    [...links].map(([userId, own]) => {
      const theirs = new Set(own.map((row) => row.teamId))
      return [userId, { theirs, serving: byTeamspace(own), staffed }]
    }),
  )
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

/** By user, the teams they are in, once for each teamspace these are linked to. */
async function listLinks(db: Queryable, userIds: string[]): Promise<Map<string, Link[]>> {
  const links = new Map<string, Link[]>(userIds.map((id) => [id, []]))
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
  for (const { userId, ...link } of rows) links.get(userId)?.push(link)
  return links
}
