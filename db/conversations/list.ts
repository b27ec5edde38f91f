import { and, asc, desc, eq, inArray, isNotNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { Principal } from '../../domain/principals.ts'
import type { ConversationKind, Status } from '../../domain/words.ts'
import type { Queryable } from '../client.ts'
import { conversations } from '../schema.ts'
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

/** What the principal may see, newest activity first; the queue in queue order. */
export function listConversations(
  db: Queryable,
  principal: Principal,
  filters: Filters,
  page: { after: ListKey | undefined; limit: number },
): Promise<Sight[]> {
  const order = filters.queued
    ? [asc(conversations.queueArrival), asc(conversations.id)]
    : [desc(conversations.lastActivityAt), desc(conversations.id)]
  return selectSights(db, principal)
    .where(
      and(reaches(principal, 'view'), matching(filters), page.after && beyond(filters, page.after)),
    )
    .orderBy(...order)
    .limit(page.limit)
}

function matching(filters: Filters): SQL | undefined {
  const { kind, status, assigneeId, queued, teamId, teamspaceId, player } = filters
  return and(
    kind && eq(conversations.kind, kind),
    status && inArray(conversations.status, status),
    assigneeId === undefined
      ? undefined
      : or(
          eq(conversations.assigneeUserId, assigneeId),
          eq(conversations.assigneeAiAgentId, assigneeId),
        ),
    queued ? isNotNull(conversations.queueArrival) : undefined,
    teamId === undefined ? undefined : eq(conversations.teamId, teamId),
    teamspaceId === undefined ? undefined : eq(conversations.teamspaceId, teamspaceId),
    player === undefined ? undefined : eq(conversations.playerExternalId, player),
  )
}

function beyond(filters: Filters, after: ListKey): SQL | undefined {
  if (filters.queued) {
    return sql`(${conversations.queueArrival}, ${conversations.id}) > (${after.arrival}, ${after.id})`
  }
  const at = new Date(after.at)
  return or(
    lt(conversations.lastActivityAt, at),
    and(eq(conversations.lastActivityAt, at), lt(conversations.id, after.id)),
  )
}
