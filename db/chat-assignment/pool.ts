import { and, eq, exists, isNull, type SQL, sql } from 'drizzle-orm'
import { alias, type PgColumn, QueryBuilder } from 'drizzle-orm/pg-core'
import type { Queryable } from '../client.ts'
import { mayHold } from '../people/permitted.ts'
import { conversations, roles, teamMembers, teamTeamspaces, users } from '../schema.ts'

const query = () => new QueryBuilder({ casing: 'snake_case' })

const member = alias(teamMembers, 'member')
const link = alias(teamTeamspaces, 'link')
const person = alias(users, 'person')
const role = alias(roles, 'person_role')

const mayHoldIt = sql`case ${conversations.kind} when 'chat' then ${mayHold('chat', role)} else ${mayHold('ticket', role)} end`

/** Somebody is left in the teams the conversation waits for who may hold it. */
const isStaffed = exists(
  query()
    .select({ one: sql`1` })
    .from(member)
    .innerJoin(link, eq(link.teamId, member.teamId))
    .innerJoin(person, eq(person.id, member.userId))
    .innerJoin(role, eq(role.id, person.roleId))
    .where(
      and(
        eq(link.teamspaceId, conversations.teamspaceId),
        isNull(person.deactivatedAt),
        mayHoldIt,
        sql`${member.teamId} = any(${conversations.queueTeamIds})`,
      ),
    ),
)

/**
 * The user is in the pool that the conversation waits for. A pool in which nobody is left who may
 * hold it is anyone: `poolNow` of domain/chat-assignment/pool.ts, for a row of `conversations`.
 */
export function isInPool(userId: string | PgColumn): SQL {
  const theirs = (which?: SQL) =>
    exists(
      query()
        .select({ one: sql`1` })
        .from(teamMembers)
        .innerJoin(teamTeamspaces, eq(teamTeamspaces.teamId, teamMembers.teamId))
        .where(
          and(
            eq(teamMembers.userId, userId),
            eq(teamTeamspaces.teamspaceId, conversations.teamspaceId),
            which,
          ),
        ),
    )
  const isNamed = sql`${teamMembers.teamId} = any(${conversations.queueTeamIds})`
  // What costs most comes last, and only where it decides.
  return sql`${theirs()} and (${conversations.queueTeamIds} is null or ${theirs(isNamed)} or not ${isStaffed})`
}

/** The linked teams of a workspace that somebody active is in, and what may be held there. */
export function listStaffedTeams(db: Queryable, workspaceId: string) {
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
