import { and, eq, exists, inArray, isNotNull, type SQL, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { Queryable } from '../client.ts'
import { conversations, teamMembers, teamspaces, teamTeamspaces } from '../schema.ts'

/** Teamspaces: a whole workspace's, those in which a user serves, those that a team serves, or these. */
export type Teamspaces =
  | { workspaceId: string }
  | { servedBy: string }
  | { ofTeam: string }
  | { ids: string[] }

const query = () => new QueryBuilder({ casing: 'snake_case' })

/** Those of these teamspaces in which something waits. */
export async function listTeamspacesWaiting(db: Queryable, among: Teamspaces): Promise<string[]> {
  const waiting = query()
    .select({ one: sql`1` })
    .from(conversations)
    .where(and(eq(conversations.teamspaceId, teamspaces.id), isNotNull(conversations.queueArrival)))
  const rows = await db
    .select({ id: teamspaces.id })
    .from(teamspaces)
    .where(and(isAmong(among), exists(waiting)))
  return rows.map((row) => row.id)
}

function isAmong(among: Teamspaces): SQL {
  if ('workspaceId' in among) return eq(teamspaces.workspaceId, among.workspaceId)
  if ('ids' in among) return sql`${teamspaces.id} = any(${sql.param(among.ids)}::text[])`
  const links = query().select({ id: teamTeamspaces.teamspaceId }).from(teamTeamspaces)
  if ('ofTeam' in among) {
    return inArray(teamspaces.id, links.where(eq(teamTeamspaces.teamId, among.ofTeam)))
  }
  const theirs = links
    .innerJoin(teamMembers, eq(teamMembers.teamId, teamTeamspaces.teamId))
    .where(eq(teamMembers.userId, among.servedBy))
  return inArray(teamspaces.id, theirs)
}

/** Every teamspace in which something waits. Steps through the index of what waits, from one to the next. */
export async function listAllTeamspacesWaiting(db: Queryable): Promise<string[]> {
  const next = (behind: SQL) => sql`(select min(${conversations.teamspaceId}) from ${conversations}
    where ${conversations.queueArrival} is not null ${behind})`
  const rows = await db.execute<{ id: string }>(sql`
    with recursive waiting (id) as (
      select ${next(sql``)}
      union all
      select ${next(sql`and ${conversations.teamspaceId} > waiting.id`)} from waiting where id is not null
    )
    select id from waiting where id is not null`)
  return rows.map((row) => row.id)
}
