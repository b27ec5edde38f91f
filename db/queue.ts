import { and, asc, eq, gt, isNotNull, lt, notInArray, sql } from 'drizzle-orm'
import type { ConversationKind } from '../workflows/domain.ts'
import type { Queryable } from './client.ts'
import { conversations } from './schema.ts'

const PAGE = 50

/** A conversation that waits, and for whom. */
export type Waiting = {
  conversationId: string
  workspaceId: string
  kind: ConversationKind
  arrival: number
  teamIds: string[] | null
  transferorId: string | null
}

export type Sieve = {
  teamspaceId: string
  /** Only who arrived after this number, and before that one (null: no end). */
  after: number
  before: number | null
  passedOver: string[]
  /** The teams with somebody free; an entry for other teams alone is left out… */
  freeTeams: string[]
  /** … unless none of its teams has anybody any more: then it waits for anyone. */
  allTeams: string[]
}

/** A page of the queue in order of arrival, without entries that certainly nobody could take. */
export function listWaiting(db: Queryable, sieve: Sieve): Promise<Waiting[]> {
  const { teamspaceId, after, before, passedOver, freeTeams, allTeams } = sieve
  return db
    .select({
      conversationId: conversations.id,
      workspaceId: conversations.workspaceId,
      kind: conversations.kind,
      arrival: sql<number>`${conversations.queueArrival}`.mapWith(Number),
      teamIds: conversations.queueTeamIds,
      transferorId: conversations.queueTransferorId,
    })
    .from(conversations)
    .where(
      and(
        eq(conversations.teamspaceId, teamspaceId),
        isNotNull(conversations.queueArrival),
        gt(conversations.queueArrival, after),
        before === null ? undefined : lt(conversations.queueArrival, before),
        passedOver.length === 0 ? undefined : notInArray(conversations.id, passedOver),
        sql`(${conversations.queueTeamIds} is null
          or ${conversations.queueTeamIds} && ${sql.param(freeTeams, conversations.queueTeamIds)}
          or not ${conversations.queueTeamIds} && ${sql.param(allTeams, conversations.queueTeamIds)})`,
      ),
    )
    .orderBy(asc(conversations.queueArrival))
    .limit(PAGE)
}

/** Whether anything waits in the teamspace. */
export async function somethingWaits(
  db: Queryable,
  teamspaceId: string,
  before: number | null = null,
): Promise<boolean> {
  const rows = await db
    .select({ id: conversations.id })
    .from(conversations)
    .where(
      and(
        eq(conversations.teamspaceId, teamspaceId),
        isNotNull(conversations.queueArrival),
        before === null ? undefined : lt(conversations.queueArrival, before),
      ),
    )
    .limit(1)
  return rows.length > 0
}
