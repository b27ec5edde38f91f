import { eq, sql, type WithSubquery } from 'drizzle-orm'
import type { Transaction } from '../client.ts'
import { type ConversationRow, whereaboutsOf } from '../conversations/row.ts'
import { from } from '../insert-select.ts'
import { notifyAfterCommit } from '../notify.ts'
import { type EventType, eventCounters, events } from '../schema.ts'

export type EventRow = typeof events.$inferSelect

/** The channel that carries the id of a workspace with new events or changed grants. */
export const EVENTS_CHANNEL = 'baton_events'

/** An event before it has its position. */
export type NewEvent = {
  type: EventType
  data: unknown
  conversation?: { before: ConversationRow | null; after: ConversationRow }
}

/**
 * Writes what happened, with `parts` in one statement. Must be the last write of the transaction:
 * the counter's row stays locked until commit, which makes commit order position order, without gaps.
 */
export async function recordEvents(
  tx: Transaction,
  workspaceId: string,
  newEvents: NewEvent[],
  ...parts: WithSubquery[]
): Promise<void> {
  if (newEvents.length === 0) return
  const counted = tx.$with('counted').as(
    tx
      .update(eventCounters)
      .set({ position: sql`${eventCounters.position} + ${newEvents.length}` })
      .where(eq(eventCounters.workspaceId, workspaceId))
      .returning({ position: eventCounters.position }),
  )
  const last = sql`(select ${counted.position} ${from(counted)})`
  notifyAfterCommit(tx, EVENTS_CHANNEL, workspaceId)
  await tx
    .with(...parts, counted)
    .insert(events)
    .values(
      newEvents.map((newEvent, index) => ({
        ...rowOf(workspaceId, newEvent),
        position: sql<number>`${last} - ${newEvents.length - 1 - index}::int`,
      })),
    )
}

function rowOf(workspaceId: string, { type, data, conversation }: NewEvent) {
  return {
    workspaceId,
    type,
    at: sql`clock_timestamp()`,
    data,
    conversationId: conversation?.after.id ?? null,
    conversationKind: conversation?.after.kind ?? null,
    teamspaceId: conversation?.after.teamspaceId ?? null,
    before: conversation?.before ? whereaboutsOf(conversation.before) : null,
    after: conversation ? whereaboutsOf(conversation.after) : null,
  }
}
