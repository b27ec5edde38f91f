import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '../client.ts'
import { type ConversationRow, whereaboutsOf } from '../conversations/row.ts'
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
 * Writes what happened. Must be the last writes of the transaction: the counter's row stays
 * locked until commit, which makes commit order position order, without gaps.
 */
export async function recordEvents(
  tx: Transaction,
  workspaceId: string,
  newEvents: NewEvent[],
): Promise<void> {
  if (newEvents.length === 0) return
  const ofWorkspace = eq(eventCounters.workspaceId, workspaceId)
  const last = tx
    .select({ position: eventCounters.position })
    .from(eventCounters)
    .where(ofWorkspace)
  // Sent in this order, without a wait: the second finds the counter as the first left it.
  const [counted] = await Promise.all([
    tx
      .update(eventCounters)
      .set({ position: sql`${eventCounters.position} + ${newEvents.length}` })
      .where(ofWorkspace)
      .returning({ position: eventCounters.position }),
    tx.insert(events).values(
      newEvents.map((newEvent, index) => ({
        ...rowOf(workspaceId, newEvent),
        position: sql<number>`(${last}) - ${newEvents.length - 1 - index}::int`,
      })),
    ),
  ])
  if (counted.length === 0) throw new Error(`Workspace ${workspaceId} has no event counter`)
  notifyAfterCommit(tx, EVENTS_CHANNEL, workspaceId)
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
