import { and, eq, inArray, isNull, max, type SQL, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { ConversationKind, Status } from '../workflows/domain.ts'
import type { Queryable, Transaction } from './client.ts'
import { isOnline, mayHold, type Setting } from './permitted.ts'
import {
  assignments,
  conversations,
  roles,
  teamMembers,
  teamspaces,
  teamTeamspaces,
  users,
  workspaces,
} from './schema.ts'

/** The statuses that fill an agent's slots. */
export const openStatuses: Status[] = ['open', 'pending', 'overdue']

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

/** The teamspace's Chat Assignment settings. */
export async function chatAssignmentOf(db: Queryable, teamspaceId: string) {
  const [settings] = await db
    .select({ maxChatsPerAgent: teamspaces.maxChatsPerAgent })
    .from(teamspaces)
    .where(eq(teamspaces.id, teamspaceId))
  if (!settings) throw new Error(`No teamspace ${teamspaceId}`)
  return settings
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

/** Users in teams linked to the teamspace: in these teams, or in any (null). */
function memberIds(teamspaceId: string, teamIds: string[] | null) {
  return new QueryBuilder({ casing: 'snake_case' })
    .select({ userId: teamMembers.userId })
    .from(teamMembers)
    .innerJoin(teamTeamspaces, eq(teamTeamspaces.teamId, teamMembers.teamId))
    .where(
      and(
        eq(teamTeamspaces.teamspaceId, teamspaceId),
        teamIds === null ? undefined : inArray(teamMembers.teamId, teamIds),
      ),
    )
}

/** How many open chats, or chats and tickets, a user of the outer query holds. */
function held(kind?: ConversationKind): SQL<number> {
  return sql<number>`(select count(*)::int from ${conversations} where ${and(
    eq(conversations.assigneeUserId, users.id),
    inArray(conversations.status, openStatuses),
    kind && eq(conversations.kind, kind),
  )})`
}

const lastAssignedAt = sql<
  number | null
>`(select extract(epoch from ${max(assignments.at)}) * 1000 from ${assignments} where ${eq(assignments.toUserId, users.id)})`.mapWith(
  (value: string | null) => (value === null ? null : Number(value)),
)

/** The load of a user as the contract counts it: open chats and tickets. On `users`. */
export const load = held()

/** Everyone in the pool, with what Chat Assignment weighs. */
export function listPool(db: Queryable, setting: Setting, teamIds: string[] | null) {
  return db
    .select({
      userId: users.id,
      permitted: sql<boolean>`${and(isNull(users.deactivatedAt), mayHold(setting.kind))}`,
      online: isOnline,
      openChats: held('chat'),
      openConversations: held(),
      lastAssignedAt,
    })
    .from(users)
    .innerJoin(roles, eq(roles.id, users.roleId))
    .where(
      and(
        eq(users.workspaceId, setting.workspaceId),
        inArray(users.id, memberIds(setting.teamspaceId, teamIds)),
      ),
    )
}

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
