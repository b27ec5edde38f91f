import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import { type PgColumn, QueryBuilder } from 'drizzle-orm/pg-core'
import type { Serving } from '../../domain/chat-assignment/pool.ts'
import { held, statementOnce } from '../built-once.ts'
import type { Queryable, Transaction } from '../client.ts'
import { isOnline, mayHold } from '../people/permitted.ts'
import {
  conversations,
  isOpen,
  roles,
  teamMembers,
  teamspaces,
  teamTeamspaces,
  users,
} from '../schema.ts'

/** The load of a user as the contract counts it: open chats and tickets. On `users`. */
export const load = sql<number>`(select count(*)::int from ${conversations} where ${and(
  eq(conversations.assigneeUserId, users.id),
  isOpen(conversations.status),
)})`

const query = () => new QueryBuilder({ casing: 'snake_case' })

const ofTeamspace = held('teamspaceId')

const workspaceId = query()
  .select({ id: teamspaces.workspaceId })
  .from(teamspaces)
  .where(eq(teamspaces.id, ofTeamspace))

const counted = query()
  .select({
    userId: sql`${conversations.assigneeUserId}`.as('userId'),
    chats: sql`(count(*) filter (where ${conversations.kind} = 'chat'))::int`.as('chats'),
    all: sql`count(*)::int`.as('all'),
  })
  .from(conversations)
  .where(
    and(
      sql`${conversations.workspaceId} = (${workspaceId})`,
      isNotNull(conversations.assigneeUserId),
      isOpen(conversations.status),
    ),
  )
  .groupBy(conversations.assigneeUserId)

/** How many open chats, and how many open conversations, each user of the workspace holds in any teamspace. */
const loads = query().$with('loads').as(counted)

const milliseconds = (instant: PgColumn) => sql`(extract(epoch from ${instant}) * 1000)::float8`

const memberships = query()
  .select({
    userId: sql`${teamMembers.userId}`.as('userId'),
    teamId: sql`${teamMembers.teamId}`.as('teamId'),
    mayHoldChats: mayHold('chat').as('mayHoldChats'),
    mayHoldTickets: mayHold('ticket').as('mayHoldTickets'),
    online: isOnline.as('online'),
    onlineSince: milliseconds(users.onlineSince).as('onlineSince'),
    lastAssignedAt: milliseconds(users.lastAssignedAt).as('lastAssignedAt'),
    openChats: sql`coalesce(${loads.chats}, 0)`.as('openChats'),
    openConversations: sql`coalesce(${loads.all}, 0)`.as('openConversations'),
  })
  .from(teamTeamspaces)
  .innerJoin(teamMembers, eq(teamMembers.teamId, teamTeamspaces.teamId))
  .innerJoin(users, eq(users.id, teamMembers.userId))
  .innerJoin(roles, eq(roles.id, users.roleId))
  .leftJoin(loads, eq(loads.userId, users.id))
  .where(and(eq(teamTeamspaces.teamspaceId, ofTeamspace), isNull(users.deactivatedAt)))

// Materialized: else a plan made before there are statistics counts all once for each member.
const selectServing = statementOnce<Membership>(
  sql`with loads as materialized (${counted}) ${memberships}`,
)

/** Every active user who serves in the teamspace. Bypasses row mapping for speed: there may be thousands, under the lock. */
export async function listServing(db: Queryable, teamspaceId: string): Promise<Serving[]> {
  return withTeams(await selectServing(db, { teamspaceId }))
}

type Membership = Omit<Serving, 'teamIds'> & { teamId: string }

/** One entry per user with all their teams. Grouping here is faster than in the database. */
function withTeams(memberships: Iterable<Membership>): Serving[] {
  const serving = new Map<string, Serving>()
  for (const membership of memberships) {
    const { teamId } = membership
    const known = serving.get(membership.userId)
    if (known) known.teamIds.push(teamId)
    else serving.set(membership.userId, Object.assign(membership, { teamIds: [teamId] }))
  }
  return [...serving.values()]
}

/**
 * The teams of the teamspace a user is in, in order of their ids: until the transaction ends none
 * of them is deleted, nor the user taken out of it.
 */
export async function keepTeamsOf(tx: Transaction, userId: string, teamspaceId: string) {
  const rows = await tx
    .select({ id: teamMembers.teamId })
    .from(teamMembers)
    .innerJoin(teamTeamspaces, eq(teamTeamspaces.teamId, teamMembers.teamId))
    .where(and(eq(teamMembers.userId, userId), eq(teamTeamspaces.teamspaceId, teamspaceId)))
    .orderBy(teamMembers.teamId)
    .for('key share', { of: teamMembers })
  return rows.map((row) => row.id)
}
