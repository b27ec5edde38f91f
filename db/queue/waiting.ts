import { and, asc, eq, isNotNull, lt, not, or, type SQL, sql } from 'drizzle-orm'
import type { ConversationKind } from '../../domain/words.ts'
import type { Queryable } from '../client.ts'
import { commands, conversations, queuePoolOf } from '../schema.ts'

/** Whom a conversation waits for: these teams, or anyone in the teamspace (null). */
export type WaitingPool = { kind: ConversationKind; teamIds: string[] | null }

/** A conversation that waits. */
export type Waiting = { conversationId: string; workspaceId: string; arrival: number }

const pool = queuePoolOf(conversations.queueTeamIds)

/**
 * Every pool that something waits for in the teamspace. Steps through an index from pool to pool,
 * so the time depends on the number of pools, not of conversations.
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

/** What to leave out. */
type But = {
  /** What arrived at this number or later; null leaves out nothing. */
  before: number | null
  /** What this user left by a team transfer; null leaves out nothing. */
  transferorId: string | null
}

/** The conversation that has waited longest for this pool, without `but` and without those that do not answer. */
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
        not(doesNotAnswer),
        transferorId === null
          ? undefined
          : or(sql`${transferor} is null`, sql`${transferor} <> ${transferorId}`),
      ),
    )
    .orderBy(asc(conversations.queueArrival))
    .limit(1)
  return row ?? null
}
