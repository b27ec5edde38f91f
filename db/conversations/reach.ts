import { and, eq, exists, isNotNull, or, type SQL, sql } from 'drizzle-orm'
import { type PgColumn, QueryBuilder } from 'drizzle-orm/pg-core'
import type { Principal, UserPrincipal } from '../../domain/principals.ts'
import type { GrantScope } from '../../domain/words.ts'
import { isInPool } from '../chat-assignment/pool.ts'
import { conversations, teamMembers } from '../schema.ts'

const NOTHING = sql`false`
const EVERYTHING = sql`true`

/** A user's id, or a column that has one. */
type UserId = string | PgColumn

/**
 * The condition under which a principal's grant reaches a row of `conversations` of their
 * workspace. `view` decides what exists for them: `maySee` of domain/permission.ts, for the
 * database. `manage` decides what they may take over.
 */
export function reaches(principal: Principal, grant: 'view' | 'manage'): SQL {
  return and(
    eq(conversations.workspaceId, principal.workspaceId),
    reachesWithin(principal, grant),
  ) as SQL
}

function reachesWithin(principal: Principal, grant: 'view' | 'manage'): SQL {
  if (principal.type === 'api_key') return EVERYTHING
  if (principal.type === 'ai_agent') return reachesAiAgent(principal.id, grant)
  return or(
    eq(conversations.assigneeUserId, principal.id),
    and(eq(conversations.kind, 'chat'), within(principal, principal.livechats[grant])),
    and(eq(conversations.kind, 'ticket'), within(principal, principal.tickets[grant])),
  ) as SQL
}

/** What an AI agent sees, by its id or a column that has it: what it holds, and what it began. */
export function reachesAiAgent(id: string | PgColumn, grant: 'view' | 'manage'): SQL {
  const holds = eq(conversations.assigneeAiAgentId, id)
  return grant === 'view' ? (or(holds, eq(conversations.originAiAgentId, id)) as SQL) : holds
}

function within(user: UserPrincipal, scope: GrantScope): SQL {
  return reachOf[scope](user.id)
}

/** The same where the scope stands in a column, as in the role of whoever asks. */
export function reachesByScope(userId: PgColumn, scope: SQL | PgColumn): SQL {
  return sql`case ${scope} when 'all' then true when 'team' then ${reachOf.team(userId)} when 'own' then ${reachOf.own(userId)} else false end`
}

const reachOf: Record<GrantScope, (userId: UserId) => SQL> = {
  none: () => NOTHING,
  all: () => EVERYTHING,
  own: waitsFor,
  team: (userId) => or(waitsFor(userId), assignedToTeamOf(userId)) as SQL,
}

/** The conversation waits in the queue for a pool this user is in. */
export function waitsFor(userId: UserId): SQL {
  return and(isNotNull(conversations.queueArrival), isInPool(userId)) as SQL
}

/** The conversation is assigned to a team this user is in. */
export function assignedToTeamOf(userId: UserId): SQL {
  const member = new QueryBuilder({ casing: 'snake_case' })
    .select({ one: sql`1` })
    .from(teamMembers)
    .where(and(eq(teamMembers.userId, userId), eq(teamMembers.teamId, conversations.teamId)))
  return exists(member)
}
