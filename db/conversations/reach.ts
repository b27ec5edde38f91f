import { and, eq, exists, isNull, or, type SQL, sql } from 'drizzle-orm'
import { alias, QueryBuilder } from 'drizzle-orm/pg-core'
import type { Principal, UserPrincipal } from '../../domain/principals.ts'
import type { GrantScope } from '../../domain/words.ts'
import { conversations, roles, teamMembers, teamTeamspaces, users } from '../schema.ts'

const NOTHING = sql`false`
const EVERYTHING = sql`true`

/**
 * The condition under which a principal's grant reaches a row of `conversations` of their
 * workspace. `view` decides what exists for them, `manage` what they may take over.
 */
export function reaches(principal: Principal, grant: 'view' | 'manage'): SQL {
  return and(
    eq(conversations.workspaceId, principal.workspaceId),
    reachesWithin(principal, grant),
  ) as SQL
}

function reachesWithin(principal: Principal, grant: 'view' | 'manage'): SQL {
  if (principal.type === 'api_key') return EVERYTHING
  if (principal.type === 'ai_agent') {
    const holds = eq(conversations.assigneeAiAgentId, principal.id)
    const began = eq(conversations.originAiAgentId, principal.id)
    return grant === 'view' ? (or(holds, began) as SQL) : holds
  }
  return or(
    eq(conversations.assigneeUserId, principal.id),
    and(eq(conversations.kind, 'chat'), within(principal, principal.livechats[grant])),
    and(eq(conversations.kind, 'ticket'), within(principal, principal.tickets[grant])),
  ) as SQL
}

function within(user: UserPrincipal, scope: GrantScope): SQL {
  if (scope === 'none') return NOTHING
  if (scope === 'all') return EVERYTHING
  if (scope === 'own') return waitsFor(user.id)
  return or(waitsFor(user.id), assignedToTeamOf(user.id)) as SQL
}

const member = alias(teamMembers, 'member')
const link = alias(teamTeamspaces, 'link')
const person = alias(users, 'person')
const role = alias(roles, 'person_role')

const mayHoldIt = sql`case ${conversations.kind} when 'chat' then ${role.livechatsManage} else ${role.ticketsManage} end <> 'none'`

/** Somebody who may hold it in the teams the conversation waits for; when there is nobody, it waits for anyone. */
const anybodyLeft = new QueryBuilder({ casing: 'snake_case' })
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
  )

/** The conversation waits in the queue for a pool this user is in. */
export function waitsFor(userId: string): SQL {
  const serves = new QueryBuilder({ casing: 'snake_case' })
    .select({ one: sql`1` })
    .from(teamMembers)
    .innerJoin(teamTeamspaces, eq(teamTeamspaces.teamId, teamMembers.teamId))
    .where(
      and(
        eq(teamMembers.userId, userId),
        eq(teamTeamspaces.teamspaceId, conversations.teamspaceId),
        sql`(${conversations.queueTeamIds} is null or ${teamMembers.teamId} = any(${conversations.queueTeamIds}) or not ${exists(anybodyLeft)})`,
      ),
    )
  return and(sql`${conversations.queueArrival} is not null`, exists(serves)) as SQL
}

function assignedToTeamOf(userId: string): SQL {
  const member = new QueryBuilder({ casing: 'snake_case' })
    .select({ one: sql`1` })
    .from(teamMembers)
    .where(and(eq(teamMembers.userId, userId), eq(teamMembers.teamId, conversations.teamId)))
  return exists(member)
}
