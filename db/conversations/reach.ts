import { and, eq, exists, isNotNull, or, type SQL, sql } from 'drizzle-orm'
import { type PgColumn, QueryBuilder } from 'drizzle-orm/pg-core'
import type { Principal } from '../../domain/principals.ts'
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
    within(principal.id, principal.livechats[grant], principal.tickets[grant]),
  ) as SQL
}

/** What an AI agent sees, by its id or a column that has it: what it holds, and what it began. */
export function reachesAiAgent(id: string | PgColumn, grant: 'view' | 'manage'): SQL {
  const holds = eq(conversations.assigneeAiAgentId, id)
  return grant === 'view' ? (or(holds, eq(conversations.originAiAgentId, id)) as SQL) : holds
}

/** How far a grant reaches: one of the words, or a value of the query, in a column or a placeholder. */
type Scope = GrantScope | SQL | PgColumn

/** By the scopes for chats and for tickets. Words make a condition that an index may serve. */
export function within(userId: UserId, ofChats: Scope, ofTickets: Scope): SQL {
  if (typeof ofChats === 'string' && typeof ofTickets === 'string') {
    return or(
      and(eq(conversations.kind, 'chat'), reachOf[ofChats](userId)),
      and(eq(conversations.kind, 'ticket'), reachOf[ofTickets](userId)),
    ) as SQL
  }
  const scope = sql`case ${conversations.kind} when 'chat' then ${ofChats} else ${ofTickets} end`
  const isTheirs = sql`${waitsFor(userId)} or ${scope} = 'team' and ${assignedToTeamOf(userId)}`
  return sql`case ${scope} when 'all' then true when 'none' then false else (${isTheirs}) end`
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
