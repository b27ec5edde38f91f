import { and, asc, eq, isNotNull, lt, not, or, type SQL, sql } from 'drizzle-orm'
import type { ConversationKind } from '../../domain/words.ts'
import type { Queryable } from '../client.ts'
import { commands, conversations, queuePoolOf } from '../schema.ts'

/** For whom something waits: these teams, or anyone in the teamspace (null). */
export type WaitingPool = { kind: ConversationKind; teamIds: string[] | null }

/** A conversation that waits. */
export type Waiting = { conversationId: string; workspaceId: string; arrival: number }

const pool = queuePoolOf(conversations.queueTeamIds)

/**
 * Every pool for which something waits in the teamspace. Steps from one to the next in an index,
 * so that it takes as long as there are pools, however many conversations wait for each.
 */
export async function listWaitingPools(db: Queryable, teamspaceId: string): Promise<WaitingPool[]> {
  const waiting = and(
    eq(conversations.teamspaceId, teamspaceId),
    isNotNull(conversations.queueArrival),
  ) as SQL
  const first = sql`select ${conversations.kind} kind, ${pool} team_ids from ${conversations} where ${waiting}`
  const inOrder = sql`order by ${conversations.kind}, ${pool} limit 1`
  const rows = await db.execute<{ kind: ConversationKind; team_ids: string[] }>(sql`
    with recursive pools as (
      (${first} ${inOrder})
      union all
      select next.* from pools, lateral (
        ${first} and (${conversations.kind}, ${pool}) > (pools.kind, pools.team_ids) ${inOrder}
      ) next
    )
    select * from pools`)
  return rows.map(({ kind, team_ids }) => ({
    kind,
    teamIds: team_ids.length > 0 ? team_ids : null,
  }))
}

/** So often a sweeper told a workflow of its offer, in vain, that it stands in nobody's way any more: 10 s. */
const SWEEPS_IN_VAIN = 2
/** How long one whose offer failed, which is a bug, stands in nobody's way. */
const FAILED_S = 60

/**
 * Its workflow does not answer, or failed. Told by sweeps and not by time: where no worker or
 * engine runs, nobody sweeps, and what waits longest is not overtaken for it.
 */
const answersNot = sql`exists (
  select from ${commands}
  where ${commands.conversationId} = ${conversations.id} and ${commands.kind} = 'offer'
    and (${commands.outcome} = 'pending' and ${commands.sweeps} >= ${SWEEPS_IN_VAIN}
      or ${commands.outcome} = 'refused' and ${commands.settledAt} > now() - make_interval(secs => ${FAILED_S})))`

/** What to leave out of a pool. */
export type But = {
  /** Whoever arrived at this number or later (null: nobody). */
  before: number | null
  /** What this holder has left by a team transfer. */
  transferorId: string | null
}

/** Who has waited longest for a pool of the teamspace, but for some, and for whoever does not answer. */
export async function firstWaiting(
  db: Queryable,
  teamspaceId: string,
  { kind, teamIds }: WaitingPool,
  but: But,
): Promise<Waiting | null> {
  const { before, transferorId } = but
  const transferor = conversations.queueTransferorId
  const [row] = await db
    .select({
      conversationId: conversations.id,
      workspaceId: conversations.workspaceId,
      arrival: sql<number>`${conversations.queueArrival}`.mapWith(Number),
    })
    .from(conversations)
    .where(
      and(
        eq(conversations.teamspaceId, teamspaceId),
        isNotNull(conversations.queueArrival),
        eq(conversations.kind, kind),
        sql`${pool} = ${sql.param(teamIds ?? [], conversations.queueTeamIds)}`,
        before === null ? undefined : lt(conversations.queueArrival, before),
        not(answersNot),
        transferorId === null
          ? undefined
          : or(sql`${transferor} is null`, sql`${transferor} <> ${transferorId}`),
      ),
    )
    .orderBy(asc(conversations.queueArrival))
    .limit(1)
  return row ?? null
}
