import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { grantScopes, presences } from '../../domain/words.ts'
import { createdAt, id, instant, oneOf } from './columns.ts'
import { teamspaces } from './teamspaces.ts'
import { workspaces } from './workspaces.ts'

const inWorkspace = () =>
  text()
    .notNull()
    .references(() => workspaces.id)

/** A set of grants per kind of conversation. The preset `admin` has them all and never changes. */
export const roles = pgTable(
  'roles',
  {
    id: id(),
    workspaceId: inWorkspace(),
    name: text().notNull(),
    isAdmin: boolean().notNull().default(false),
    livechatsView: text({ enum: grantScopes }).notNull(),
    livechatsManage: text({ enum: grantScopes }).notNull(),
    livechatsTransfer: boolean().notNull(),
    ticketsView: text({ enum: grantScopes }).notNull(),
    ticketsManage: text({ enum: grantScopes }).notNull(),
    ticketsTransfer: boolean().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    unique('roles_in_workspace').on(t.workspaceId, t.id),
    uniqueIndex('roles_one_admin').on(t.workspaceId).where(sql`${t.isAdmin}`),
    oneOf('roles_livechats_view', t.livechatsView, grantScopes),
    oneOf('roles_livechats_manage', t.livechatsManage, grantScopes),
    oneOf('roles_tickets_view', t.ticketsView, grantScopes),
    oneOf('roles_tickets_manage', t.ticketsManage, grantScopes),
    check('roles_livechats_within_view', manageWithinView(t.livechatsManage, t.livechatsView)),
    check('roles_tickets_within_view', manageWithinView(t.ticketsManage, t.ticketsView)),
    check(
      'roles_admin_has_all',
      sql`not ${t.isAdmin} or (${t.livechatsManage} = 'all' and ${t.livechatsTransfer} and ${t.ticketsManage} = 'all' and ${t.ticketsTransfer})`,
    ),
  ],
)

function manageWithinView(manage: unknown, view: unknown) {
  const order = sql.raw(`array['none', 'own', 'team', 'all']`)
  return sql`array_position(${order}, ${manage}) <= array_position(${order}, ${view})`
}

/** A person. A live agent is a user who may hold livechats. */
export const users = pgTable(
  'users',
  {
    id: id(),
    workspaceId: inWorkspace(),
    name: text().notNull(),
    email: text().notNull(),
    roleId: text().notNull(),
    deactivatedAt: instant(),
    presence: text({ enum: presences }).notNull().default('away'),
    onlineSince: instant(),
    /** Past this moment an online user counts as away, unless renewed. */
    presenceExpiresAt: instant(),
    /** When a conversation was last assigned to them; null: never. Who is idle longest is picked first. */
    lastAssignedAt: instant(),
    createdAt: createdAt(),
  },
  (t) => [
    unique('users_in_workspace').on(t.workspaceId, t.id),
    foreignKey({
      name: 'users_role',
      columns: [t.workspaceId, t.roleId],
      foreignColumns: [roles.workspaceId, roles.id],
    }),
    index('users_expiring').on(t.presenceExpiresAt).where(sql`${t.presence} = 'online'`),
    index('users_by_role').on(t.workspaceId, t.roleId),
    oneOf('users_presence', t.presence, presences),
    check('users_online_since', sql`(${t.presence} = 'online') = (${t.onlineSince} is not null)`),
    check('users_expiry', sql`${t.presence} = 'online' or ${t.presenceExpiresAt} is null`),
    check('users_deactivated_away', sql`${t.deactivatedAt} is null or ${t.presence} = 'away'`),
  ],
)

/** Users who serve together. A deleted one stays as a name on the record, without members. */
export const teams = pgTable(
  'teams',
  {
    id: id(),
    workspaceId: inWorkspace(),
    name: text().notNull(),
    deletedAt: instant(),
    createdAt: createdAt(),
  },
  (t) => [unique('teams_in_workspace').on(t.workspaceId, t.id)],
)

export const teamMembers = pgTable(
  'team_members',
  { workspaceId: text().notNull(), teamId: text().notNull(), userId: text().notNull() },
  (t) => [
    primaryKey({ columns: [t.teamId, t.userId] }),
    index('team_members_by_user').on(t.userId),
    foreignKey({
      name: 'team_members_team',
      columns: [t.workspaceId, t.teamId],
      foreignColumns: [teams.workspaceId, teams.id],
    }),
    foreignKey({
      name: 'team_members_user',
      columns: [t.workspaceId, t.userId],
      foreignColumns: [users.workspaceId, users.id],
    }),
  ],
)

export const teamTeamspaces = pgTable(
  'team_teamspaces',
  { workspaceId: text().notNull(), teamId: text().notNull(), teamspaceId: text().notNull() },
  (t) => [
    primaryKey({ columns: [t.teamspaceId, t.teamId] }),
    index('team_teamspaces_by_team').on(t.teamId),
    foreignKey({
      name: 'team_teamspaces_team',
      columns: [t.workspaceId, t.teamId],
      foreignColumns: [teams.workspaceId, teams.id],
    }),
    foreignKey({
      name: 'team_teamspaces_teamspace',
      columns: [t.workspaceId, t.teamspaceId],
      foreignColumns: [teamspaces.workspaceId, teamspaces.id],
    }),
  ],
)

/** A channel or integration of one workspace. A revoked one stays as a name on the record. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: id(),
    workspaceId: inWorkspace(),
    name: text().notNull(),
    revokedAt: instant(),
    createdAt: createdAt(),
  },
  (t) => [unique('api_keys_in_workspace').on(t.workspaceId, t.id)],
)
