import { and, eq, exists, isNotNull, or, type SQL, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { Principal, UserPrincipal } from '../../domain/principals.ts'
import type { GrantScope } from '../../domain/words.ts'
import { isInPool } from '../chat-assignment/pool.ts'
import { conversations, teamMembers } from '../schema.ts'

const NOTHING = sql`false`
const EVERYTHING = sql`true`

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

/** The conversation waits in the queue for a pool this user is in. */
export function waitsFor(userId: string): SQL {
  return and(isNotNull(conversations.queueArrival), isInPool(userId)) as SQL
}

function assignedToTeamOf(userId: string): SQL {
  const member = new QueryBuilder({ casing: 'snake_case' })
    .select({ one: sql`1` })
    .from(teamMembers)
    .where(and(eq(teamMembers.userId, userId), eq(teamMembers.teamId, conversations.teamId)))
  return exists(member)
}
