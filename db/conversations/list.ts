import { and, asc, eq, isNotNull, type SQL, sql } from 'drizzle-orm'
import type { Principal } from '../../domain/principals.ts'
import {
  type ConversationKind,
  conversationKinds,
  type Status,
  statuses,
} from '../../domain/words.ts'
import { builtOncePer, held } from '../built-once.ts'
import type { Queryable } from '../client.ts'
import { conversations } from '../schema.ts'
import { askerLike, kindOfAsker, valuesOf } from './asker.ts'
import { type Driver, driverOf, isOfAll, latest } from './latest.ts'
import { reaches } from './reach.ts'
import { type Sight, selectSights } from './sight.ts'

export type Filters = {
  kind?: ConversationKind
  status?: Status[]
  /** A user's or AI agent's id. */
  assigneeId?: string
  queued?: boolean
  teamId?: string
  teamspaceId?: string
  /** The player's externalId. */
  player?: string
}

/** The sort key of the last conversation seen: when it last moved (ISO 8601), its arrival in the queue, its id. */
type ListKey = { at: string; arrival: number | null; id: string }

export function keyOf(sight: Sight): ListKey {
  return { at: sight.lastActivityAt.toISOString(), arrival: sight.queueArrival, id: sight.id }
}

type Page = { after: ListKey | undefined; limit: number }

/** What the principal may see, newest activity first; the queue in queue order. */
export function listConversations(
  db: Queryable,
  principal: Principal,
  filters: Filters,
  { after, limit }: Page,
): Promise<Sight[]> {
  const { queued = false, status = statuses, kind, ...ids } = filters
  const kinds = kind ? [kind] : conversationKinds
  const shape: Shape = {
    principal,
    driver: driverOf(principal, ids),
    queued,
    narrows: columns.filter((name) => ids[name] !== undefined),
    goesOn: after !== undefined,
    most: limit <= USUALLY ? USUALLY : AT_MOST,
  }
  return select(db, shape, {
    ...{ ...valuesOf(principal), ...ids, ...kindsSeen(principal, kinds), kinds, statuses: status },
    ...{ limit, afterAt: after?.at, afterArrival: after?.arrival, afterId: after?.id },
  })
}

/** Rows of a page, and one more: of the usual size, and of the largest. */
const USUALLY = 51
const AT_MOST = 201

/** Filters by one value of a column. */
const columns = ['teamId', 'teamspaceId', 'player', 'assigneeId'] as const

type Shape = {
  principal: Principal
  driver: Driver
  queued: boolean
  narrows: (typeof columns)[number][]
  goesOn: boolean
  most: number
}

/** The kinds of which the principal sees all, what is their team's, and what waits for them. */
function kindsSeen(principal: Principal, kinds: readonly ConversationKind[]) {
  if (principal.type !== 'user') return {}
  const view = (kind: ConversationKind) =>
    (kind === 'chat' ? principal.livechats : principal.tickets).view
  return {
    kindsOfAll: kinds.filter((kind) => view(kind) === 'all'),
    kindsOfTeam: kinds.filter((kind) => view(kind) === 'team'),
    kindsOfPool: kinds.filter((kind) => view(kind) === 'team' || view(kind) === 'own'),
  }
}

const narrowing: Record<(typeof columns)[number], SQL> = {
  teamId: eq(conversations.teamId, held('teamId')),
  teamspaceId: eq(conversations.teamspaceId, held('teamspaceId')),
  player: eq(conversations.playerExternalId, held('player')),
  assigneeId: sql`coalesce(${conversations.assigneeUserId}, ${conversations.assigneeAiAgentId}) = ${held('assigneeId')}`,
}

const nameOf = ({ principal, ...shape }: Shape) => JSON.stringify([kindOfAsker(principal), shape])

const select = builtOncePer(nameOf, (db, shape: Shape) => {
  const { principal, driver, queued, narrows, goesOn, most } = shape
  const asker = askerLike(principal)
  const { lastActivityAt, queueArrival, id } = conversations
  const seen = reaches(asker, 'view')
  const narrowed = narrows.map((name) => narrowing[name])
  const limit = sql.placeholder('limit')
  if (queued) {
    const behind = sql`(${queueArrival}, ${id}) > (${held('afterArrival')}::bigint, ${held('afterId')})`
    return selectSights(db, asker)
      .where(and(isNotNull(queueArrival), seen, ...narrowed, among, goesOn ? behind : undefined))
      .orderBy(asc(queueArrival), asc(id))
      .limit(limit)
  }
  const behind = sql`(${lastActivityAt}, ${id}) < (${held('afterAt')}::timestamptz, ${held('afterId')})`
  const inWorkspace = eq(conversations.workspaceId, asker.workspaceId)
  // What a list of all that they see is found by is what lets them see it.
  const isSeen = isOfAll(driver) ? inWorkspace : seen
  const where = and(isSeen, ...narrowed, goesOn ? behind : undefined)
  return selectSights(db, asker)
    .where(and(sql`${id} in ${latest(driver, { where, most })}`, seen))
    .orderBy(sql`${lastActivityAt} desc`, sql`${id} desc`)
    .limit(limit)
})

const among = sql`${conversations.kind} = any(${held('kinds')}::text[]) and ${conversations.status} = any(${held('statuses')}::text[])`
