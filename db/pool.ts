import { and, count, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { Status } from '../workflows/domain.ts'
import type { Queryable, Transaction } from './client.ts'
import { isOnline, mayHold } from './permitted.ts'
import { conversations, roles, teamMembers, teamTeamspaces, users, workspaces } from './schema.ts'

/** The statuses that fill an agent's slots. */
export const openStatuses: Status[] = ['open', 'pending', 'overdue']

const query = () => new QueryBuilder({ casing: 'snake_case' })

/**
 * Locks the workspace, under which Chat Assignment decides and everything it weighs changes:
 * presence, membership, deactivation, roles, settings, plan. Before the conversation and users.
 */
export async function lockWorkspace(tx: Transaction, workspaceId: string): Promise<void> {
  await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId))
    .for('no key update')
}

/** The next place in the order of arrival. Under the workspace's lock. */
export async function drawArrival(tx: Transaction, workspaceId: string): Promise<number> {
  const [row] = await tx
    .update(workspaces)
    .set({ arrivals: sql`${workspaces.arrivals} + 1` })
    .where(eq(workspaces.id, workspaceId))
    .returning({ arrival: workspaces.arrivals })
  return (row as { arrival: number }).arrival
}

/** The load of a user as the contract counts it: open chats and tickets. On `users`. */
export const load = sql<number>`(select count(*)::int from ${conversations} where ${and(
  eq(conversations.assigneeUserId, users.id),
  inArray(conversations.status, openStatuses),
)})`

/** Active users in teams linked to the teamspace, each with these teams. */
function serving(teamspaceId: string) {
  return query()
    .select({
      userId: teamMembers.userId,
      teamIds: sql<string[]>`array_agg(${teamMembers.teamId})`.as('team_ids'),
    })
    .from(teamMembers)
    .innerJoin(teamTeamspaces, eq(teamTeamspaces.teamId, teamMembers.teamId))
    .where(eq(teamTeamspaces.teamspaceId, teamspaceId))
    .groupBy(teamMembers.userId)
    .as('serving')
}

/** How many open chats, and chats and tickets, the users of the teamspace hold anywhere. */
function held(members: SQL) {
  return query()
    .select({
      userId: conversations.assigneeUserId,
      chats: sql<number>`(count(*) filter (where ${conversations.kind} = 'chat'))::int`.as('chats'),
      all: sql<number>`${count()}::int`.as('held'),
    })
    .from(conversations)
    .where(
      and(
        sql`${conversations.assigneeUserId} in ${members}`,
        inArray(conversations.status, openStatuses),
      ),
    )
    .groupBy(conversations.assigneeUserId)
    .as('held')
}

/** Everyone who serves in the teamspace, with what Chat Assignment weighs. */
export async function listServing(db: Queryable, teamspaceId: string) {
  const members = serving(teamspaceId)
  const memberIds = query()
    .select({ userId: teamMembers.userId })
    .from(teamMembers)
    .innerJoin(teamTeamspaces, eq(teamTeamspaces.teamId, teamMembers.teamId))
    .where(eq(teamTeamspaces.teamspaceId, teamspaceId))
  const holding = held(sql`(${memberIds})`)
  const rows = await db
    .select({
      userId: users.id,
      teamIds: members.teamIds,
      mayHoldChats: mayHold('chat'),
      mayHoldTickets: mayHold('ticket'),
      online: isOnline,
      onlineSince: users.onlineSince,
      lastAssignedAt: users.lastAssignedAt,
      openChats: sql<number>`coalesce(${holding.chats}, 0)`,
      openConversations: sql<number>`coalesce(${holding.all}, 0)`,
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .innerJoin(roles, eq(roles.id, users.roleId))
    .leftJoin(holding, eq(holding.userId, users.id))
    .where(isNull(users.deactivatedAt))
  return rows
}

export type Serving = Awaited<ReturnType<typeof listServing>>[number]

/** The teams of the teamspace a user is in, in order of their ids. */
export async function teamsOf(db: Queryable, userId: string, teamspaceId: string) {
  const rows = await db
    .select({ id: teamMembers.teamId })
    .from(teamMembers)
    .innerJoin(teamTeamspaces, eq(teamTeamspaces.teamId, teamMembers.teamId))
    .where(and(eq(teamMembers.userId, userId), eq(teamTeamspaces.teamspaceId, teamspaceId)))
    .orderBy(teamMembers.teamId)
  return rows.map((row) => row.id)
}
