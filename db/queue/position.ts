import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import { alias, QueryBuilder } from 'drizzle-orm/pg-core'
import type { Queryable } from '../client.ts'
import type { ConversationRow } from '../conversations/row.ts'
import { conversations } from '../schema.ts'

type Queued = Pick<ConversationRow, 'id' | 'teamspaceId' | 'queueArrival'>

/**
 * The position in the queue of each of these conversations that waits, by id; from 1, per
 * teamspace. Never call it under a lock: it counts everything that waits before.
 */
export async function positionsOf(db: Queryable, rows: Queued[]): Promise<Map<string, number>> {
  const waiting = rows.filter((row) => row.queueArrival !== null)
  const positions = new Map<string, number>()
  for (const teamspaceId of new Set(waiting.map((row) => row.teamspaceId))) {
    const here = waiting.filter((row) => row.teamspaceId === teamspaceId)
    const arrivals = here.map((row) => row.queueArrival as number)
    const places = await placesOf(db, teamspaceId, arrivals)
    for (const row of here) positions.set(row.id, places.get(row.queueArrival as number) as number)
  }
  return positions
}

const before = alias(conversations, 'before')

/** The position of a row of `conversations`, from 1; null unless it waits. As slow as `positionsOf`. */
export const position = sql<
  number | null
>`case when ${conversations.queueArrival} is not null then (
  ${new QueryBuilder({ casing: 'snake_case' })
    .select({ place: sql`count(*)::int + 1` })
    .from(before)
    .where(
      and(
        eq(before.teamspaceId, conversations.teamspaceId),
        lt(before.queueArrival, conversations.queueArrival),
      ),
    )}) end`

/** The position of an arrival number; also for one that no longer waits. */
export async function placeOf(
  db: Queryable,
  teamspaceId: string,
  arrival: number,
): Promise<number> {
  return (await placesOf(db, teamspaceId, [arrival])).get(arrival) as number
}

/** Counts from one arrival to the next, so that each waiting row is counted once, however many are asked for. */
async function placesOf(db: Queryable, teamspaceId: string, arrivals: number[]) {
  const between = and(
    eq(conversations.teamspaceId, teamspaceId),
    gte(conversations.queueArrival, sql`asked.since`),
    lt(conversations.queueArrival, sql`asked.arrival`),
  ) as SQL
  const rows = await db
    .select({
      arrival: sql`asked.arrival`.mapWith(Number),
      passed: sql<number>`(select count(*)::int from ${conversations} where ${between})`,
    })
    .from(sql`(select arrival, lag(arrival, 1, 0::bigint) over (order by arrival) since
      from unnest(${sql.param(arrivals)}::bigint[]) arrival) asked`)
    .orderBy(sql`asked.arrival`)
  let place = 1
  return new Map(
    rows.map(({ arrival, passed }) => {
      place += passed
      return [arrival, place]
    }),
  )
}
