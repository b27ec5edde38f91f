import { and, eq, exists, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import { type PgColumn, QueryBuilder } from 'drizzle-orm/pg-core'
import { whyNotTarget } from '../../domain/permission.ts'
import type { ConversationKind, TargetReason } from '../../domain/words.ts'
import { builtOnce } from '../built-once.ts'
import type { Queryable, Transaction } from '../client.ts'
import { commands, roles, teamMembers, teams, teamTeamspaces, users } from '../schema.ts'

/** What a target is judged by. */
export type Setting = { workspaceId: string; teamspaceId: string; kind: ConversationKind }

const query = () => new QueryBuilder({ casing: 'snake_case' })

/** Whether the user is online: they said so, and it has not run out. */
export const isOnline = sql<boolean>`(${users.presence} = 'online' and (${users.presenceExpiresAt} is null or ${users.presenceExpiresAt} > clock_timestamp()))`

/** Their role lets them hold conversations of this kind: `mayHold` of domain/permission.ts. On `roles`. */
export function mayHold(
  kind: ConversationKind,
  role: { livechatsManage: PgColumn; ticketsManage: PgColumn } = roles,
): SQL<boolean> {
  const manage = kind === 'chat' ? role.livechatsManage : role.ticketsManage
  return sql<boolean>`${manage} <> 'none'`
}

/** Whether they are in a team linked to the teamspace; admins need no team. On `users` with `roles`. */
function servesIn(teamspaceId: string): SQL<boolean> {
  const linked = query()
    .select({ one: sql`1` })
    .from(teamMembers)
    .innerJoin(teamTeamspaces, eq(teamTeamspaces.teamId, teamMembers.teamId))
    .where(and(eq(teamMembers.userId, users.id), eq(teamTeamspaces.teamspaceId, teamspaceId)))
  return sql<boolean>`${or(roles.isAdmin, exists(linked))}`
}

/** *Permitted user* as a target: `whyNotTarget` of domain/permission.ts. On `users` joined with `roles`. */
export function isPermitted({ workspaceId, teamspaceId, kind }: Setting): SQL {
  return and(
    eq(users.workspaceId, workspaceId),
    isNull(users.deactivatedAt),
    mayHold(kind),
    servesIn(teamspaceId),
  ) as SQL
}

type TargetUser = { id: string; name: string; online: boolean }

/**
 * The user a conversation goes to, or the reason why they may not hold it. Locks their row, so that
 * nobody is assigned to a user being deactivated. No shared lock: the assignment updates the row.
 */
export async function permitUser(
  tx: Transaction,
  setting: Setting,
  userId: string,
): Promise<TargetUser | TargetReason> {
  const [user] = await tx
    .select({
      id: users.id,
      name: users.name,
      isActive: sql<boolean>`${users.deactivatedAt} is null`,
      online: isOnline,
      serves: servesIn(setting.teamspaceId),
      mayHold: mayHold(setting.kind),
    })
    .from(users)
    .innerJoin(roles, eq(roles.id, users.roleId))
    .where(and(eq(users.id, userId), eq(users.workspaceId, setting.workspaceId)))
    .for('no key update', { of: users })
  if (!user) return 'unknown'
  return whyNotTarget(user) ?? user
}

/** Keeps the user who asked for a command from being deactivated until the transaction ends, unless they are. */
export async function lockAsker(tx: Transaction, commandId: string): Promise<void> {
  await selectAskerToLock(tx, { commandId })
}

const selectAskerToLock = builtOnce((db) => {
  const asker = db
    .select({ id: commands.actorId })
    .from(commands)
    .where(eq(commands.id, sql.placeholder('commandId')))
  return db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, sql`(${asker})`), isNull(users.deactivatedAt)))
    .for('no key update')
})

/** Keeps a user from being deactivated until the transaction ends; false when they already are. */
export async function lockActiveUser(tx: Transaction, userId: string): Promise<boolean> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.deactivatedAt)))
    .for('no key update')
  return rows.length > 0
}

/** Null when the team may be the target of a transfer by its holder, else the reason. */
export async function whyNotTeam(
  db: Queryable,
  setting: Setting,
  teamId: string,
  holderId: string,
): Promise<TargetReason | null> {
  const [team] = await db
    .select({ linkedTo: teamTeamspaces.teamspaceId })
    .from(teams)
    .leftJoin(
      teamTeamspaces,
      and(eq(teamTeamspaces.teamId, teams.id), eq(teamTeamspaces.teamspaceId, setting.teamspaceId)),
    )
    .where(
      and(
        eq(teams.id, teamId),
        eq(teams.workspaceId, setting.workspaceId),
        isNull(teams.deletedAt),
      ),
    )
  if (!team) return 'unknown'
  if (!team.linkedTo) return 'not_in_teamspace'
  const member = await db
    .select({ id: users.id })
    .from(teamMembers)
    .innerJoin(users, eq(users.id, teamMembers.userId))
    .innerJoin(roles, eq(roles.id, users.roleId))
    .where(and(eq(teamMembers.teamId, teamId), ne(users.id, holderId), isPermitted(setting)))
    .limit(1)
  return member.length > 0 ? null : 'no_members'
}
