import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Principal, UserPrincipal } from '../../domain/principals.ts'
import { held } from '../built-once.ts'
import { isInPool } from '../chat-assignment/pool.ts'
import { conversations, teamMembers, teamTeamspaces } from '../schema.ts'

/**
 * By what a list is found: who holds a conversation, its player, its team, or else all that the
 * asker may see: everything, what an AI agent holds or began, or what a user's grants reach.
 */
export type Driver = 'assignee' | 'player' | 'team' | 'everything' | 'ai_agent' | 'user'

type Asked = { assigneeId?: string; player?: string; teamId?: string }

export function driverOf(asker: Principal, { assigneeId, player, teamId }: Asked): Driver {
  if (assigneeId !== undefined) return 'assignee'
  if (player !== undefined) return 'player'
  if (teamId !== undefined) return 'team'
  if (asker.type === 'user' && !seesAll(asker)) return 'user'
  return asker.type === 'ai_agent' ? 'ai_agent' : 'everything'
}

/** Whether it finds all that the asker may see, and nothing else of their workspace. */
export function isOfAll(driver: Driver): boolean {
  return driver === 'everything' || driver === 'ai_agent' || driver === 'user'
}

const seesAll = ({ livechats, tickets }: UserPrincipal) =>
  livechats.view === 'all' && tickets.view === 'all'

/** Every kind with every status asked for: an index that begins with these has each in order of activity. */
const slots = (kinds: string) =>
  sql`unnest(${held(kinds)}::text[]) kind, unnest(${held('statuses')}::text[]) status`

type Latest = {
  /** What else must be true of a row. */
  where: SQL | undefined
  /** At most so many are looked at in each slot: written into the text, so that the plan knows it. */
  most: number
}

/** The latest in each slot of those for which this is true, each found by an index. */
function latestOf(is: SQL, { where, most }: Latest): SQL {
  const { kind, status, lastActivityAt, id } = conversations
  const slot = and(is, sql`${kind} = slot.kind`, sql`${status} = slot.status`, where)
  return sql`lateral (select ${id}, ${lastActivityAt} from ${conversations} where ${slot}
    order by ${lastActivityAt} desc, ${id} desc limit ${sql.raw(String(most))}) latest`
}

const branch = (from: SQL, kinds: string, is: SQL, latest: Latest) =>
  sql`select latest.* from ${from} (select * from ${slots(kinds)}) slot, ${latestOf(is, latest)}`

const by = (column: PgColumn, name: string, latest: Latest) =>
  branch(sql``, 'kinds', eq(column, held(name)), latest)

/** The user's teams, and the teamspaces in which they serve. */
const theirTeams = sql`(select ${teamMembers.teamId} from ${teamMembers} where ${eq(teamMembers.userId, held('askerId'))}) team,`
const theirTeamspaces = sql`(select distinct ${teamTeamspaces.teamspaceId} from ${teamMembers}
  join ${teamTeamspaces} on ${eq(teamTeamspaces.teamId, teamMembers.teamId)}
  where ${eq(teamMembers.userId, held('askerId'))}) teamspace,`

const waitsForThem = and(
  sql`${conversations.teamspaceId} = teamspace.teamspace_id`,
  sql`${conversations.queueArrival} is not null`,
  isInPool(held('askerId') as never),
) as SQL

const branches: Record<Driver, (latest: Latest) => SQL[]> = {
  assignee: (latest) => [
    by(conversations.assigneeUserId, 'assigneeId', latest),
    by(conversations.assigneeAiAgentId, 'assigneeId', latest),
  ],
  player: (latest) => [by(conversations.playerExternalId, 'player', latest)],
  team: (latest) => [by(conversations.teamId, 'teamId', latest)],
  everything: (latest) => [by(conversations.workspaceId, 'askerWorkspaceId', latest)],
  ai_agent: (latest) => [
    by(conversations.assigneeAiAgentId, 'askerId', latest),
    by(conversations.originAiAgentId, 'askerId', latest),
  ],
  user: (latest) => [
    by(conversations.assigneeUserId, 'askerId', latest),
    branch(sql``, 'kindsOfAll', eq(conversations.workspaceId, held('askerWorkspaceId')), latest),
    branch(theirTeams, 'kindsOfTeam', sql`${conversations.teamId} = team.team_id`, latest),
    branch(theirTeamspaces, 'kindsOfPool', waitsForThem, latest),
  ],
}

/**
 * Selects the ids of the latest conversations, each branch by an index, so that it takes as long
 * for a million as for a thousand.
 */
export function latest(driver: Driver, latest: Latest): SQL {
  const each = branches[driver](latest).map((one) => sql`(${one})`)
  return sql`(select page.id from (${sql.join(each, sql` union `)}) page
    order by page.last_activity_at desc, page.id desc limit ${sql.raw(String(latest.most))})`
}
