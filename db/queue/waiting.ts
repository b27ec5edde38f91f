import { and, asc, eq, isNotNull, type SQL, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { ConversationKind } from '../../domain/words.ts'
import { held, statementOnce } from '../built-once.ts'
import type { Queryable } from '../client.ts'
import { commands, conversations, queuePoolOf } from '../schema.ts'

/** Whom a conversation waits for: these teams, or anyone in the teamspace (null). */
export type WaitingPool = { kind: ConversationKind; teamIds: string[] | null }

/** A conversation that waits, and the holder whom a team transfer left, if it waits because of one. */
export type Waiting = {
  conversationId: string
  workspaceId: string
  arrival: number
  transferorId: string | null
}

const pool = queuePoolOf(conversations.queueTeamIds)

const ofTeamspace = eq(conversations.teamspaceId, held('teamspaceId'))

const waitsHere = and(ofTeamspace, isNotNull(conversations.queueArrival)) as SQL
const firstPool = sql`select ${conversations.kind} kind, ${pool} team_ids from ${conversations} where ${waitsHere}`
const inOrder = sql`order by ${conversations.kind}, ${pool} limit 1`

/** Steps through an index from pool to pool: the time depends on their number, not that of conversations. */
const selectPools = statementOnce<{ kind: ConversationKind; team_ids: string[] }>(sql`
  with recursive pools as (
    (${firstPool} ${inOrder})
    union all
    select next.* from pools, lateral (
      ${firstPool} and (${conversations.kind}, ${pool}) > (pools.kind, pools.team_ids) ${inOrder}
    ) next
  )
  select * from pools`)

/** Every pool that something waits for in the teamspace. */
export async function listWaitingPools(db: Queryable, teamspaceId: string): Promise<WaitingPool[]> {
  const rows = await selectPools(db, { teamspaceId })
  return rows.map(({ kind, team_ids }) => ({
    kind,
    teamIds: team_ids.length > 0 ? team_ids : null,
  }))
}

/** After this many sweeps without an answer to its offer (10 s) a conversation is passed over. */
const SWEEPS_WITHOUT_ANSWER = 2
/** How long a conversation is passed over after its offer failed, which is a bug. */
const FAILED_S = 60

/**
 * Its workflow does not answer its offer, or failed. Counted in sweeps and not in time: while no
 * worker or engine runs there are no sweeps, and nobody is overtaken because of that.
 */
const doesNotAnswer = sql`exists (
  select from ${commands}
  where ${commands.conversationId} = ${conversations.id} and ${commands.kind} = 'offer'
    and (${commands.outcome} = 'pending' and ${commands.sweeps} >= ${SWEEPS_WITHOUT_ANSWER}
      or ${commands.outcome} = 'refused' and ${commands.settledAt} > now() - make_interval(secs => ${FAILED_S})))`

/** What to look for: what has waited longest for a pool, but for what this user left by a team transfer (null: nobody). */
export type Sought = WaitingPool & { leftBy: string | null }

/** So many are listed of a pool at most. */
export const MOST_OF_A_POOL = 16

const transferor = conversations.queueTransferorId

const firstOfPool = new QueryBuilder({ casing: 'snake_case' })
  .select({
    conversationId: sql`${conversations.id}`.as('conversationId'),
    workspaceId: sql`${conversations.workspaceId}`.as('workspaceId'),
    arrival: sql`${conversations.queueArrival}`.as('arrival'),
    transferorId: sql`${transferor}`.as('transferorId'),
  })
  .from(conversations)
  .where(
    and(
      ofTeamspace,
      isNotNull(conversations.queueArrival),
      sql`${conversations.kind} = sought.kind`,
      sql`${pool} = sought.team_ids`,
      sql`(sought.left_by is null or ${transferor} is distinct from sought.left_by)`,
      sql`${conversations.queueArrival} < coalesce(${held('before')}::bigint, 9223372036854775807)`,
      sql`not ${doesNotAnswer}`,
    ),
  )
  .orderBy(asc(conversations.queueArrival))
  .limit(MOST_OF_A_POOL)

const selectFirst = statementOnce<Waiting & { place: number }>(sql`
  select place::int, first.*
  from rows from (
      jsonb_to_recordset(${held('pools')}::jsonb) as (kind text, team_ids text[], left_by text)
    ) with ordinality sought(kind, team_ids, left_by, place),
    lateral (${firstOfPool}) first
  order by place, first.arrival`)

/**
 * Of each of these pools, in their order, the conversations that have waited longest for it, in
 * order of arrival, without those that do not answer. `before`: only what arrived before this
 * number (null: all).
 */
export async function listFirstWaiting(
  db: Queryable,
  { teamspaceId, before }: { teamspaceId: string; before: number | null },
  sought: Sought[],
): Promise<Waiting[][]> {
  if (sought.length === 0) return []
  const pools = sought.map(({ kind, teamIds, leftBy }) => {
    return { kind, team_ids: teamIds ?? [], left_by: leftBy }
  })
  const values = { teamspaceId, before, pools: JSON.stringify(pools) }
  const rows = await selectFirst(db, values)
  const lists: Waiting[][] = sought.map(() => [])
  for (const { place, ...row } of rows) {
    lists[place - 1]?.push({ ...row, arrival: Number(row.arrival) })
  }
  return lists
}
