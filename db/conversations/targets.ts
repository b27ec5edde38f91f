import { and, eq, ne, sql } from 'drizzle-orm'
import { load } from '../chat-assignment/serving.ts'
import type { Queryable } from '../client.ts'
import { isOnline, isPermitted, type Setting } from '../people/permitted.ts'
import { roles, teamMembers, teams, teamTeamspaces, users } from '../schema.ts'

/** The users a conversation may be transferred to, by name; the holder is none. */
export function listTargetUsers(db: Queryable, setting: Setting, holderId: string) {
  return db
    .select({ userId: users.id, name: users.name, online: isOnline, load })
    .from(users)
    .innerJoin(roles, eq(roles.id, users.roleId))
    .where(and(isPermitted(setting), ne(users.id, holderId)))
    .orderBy(users.name, users.id)
}

/** The teams of the teamspace with permitted members beside the holder, and how many of these are online. */
export function listTargetTeams(db: Queryable, setting: Setting, holderId: string) {
  return db
    .select({
      teamId: teams.id,
      name: teams.name,
      online: sql<number>`(count(*) filter (where ${isOnline}))::int`,
    })
    .from(teams)
    .innerJoin(teamTeamspaces, eq(teamTeamspaces.teamId, teams.id))
    .innerJoin(teamMembers, eq(teamMembers.teamId, teams.id))
    .innerJoin(users, eq(users.id, teamMembers.userId))
    .innerJoin(roles, eq(roles.id, users.roleId))
    .where(
      and(
        eq(teamTeamspaces.teamspaceId, setting.teamspaceId),
        ne(users.id, holderId),
        isPermitted(setting),
      ),
    )
    .groupBy(teams.id)
    .orderBy(teams.name, teams.id)
}
