import { eq, sql } from 'drizzle-orm'
import { builtOncePer, heldRow, valuesOfRow } from '../built-once.ts'
import type { Transaction } from '../client.ts'
import { type SettledValues, settlingCommand } from '../commands/settling.ts'
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
 * Writes what happened, and in the same statement what a command was settled with. Must be the last
 * write of the transaction: the counter's row stays locked until commit, which makes commit order
 * position order, without gaps.
 */
export async function recordEvents(
  tx: Transaction,
  workspaceId: string,
  newEvents: NewEvent[],
  settled?: SettledValues,
): Promise<void> {
  if (newEvents.length === 0) return
  notifyAfterCommit(tx, EVENTS_CHANNEL, workspaceId)
  const rows = newEvents.map((newEvent) => rowOf(workspaceId, newEvent))
  const values = rows.map((row, index) => valuesOfRow(events, row, nameOf(index)))
  const shape = { count: rows.length, settles: settled !== undefined }
  await insertEvents(tx, shape, Object.assign({ workspaceId }, ...values, settled))
}

const nameOf = (index: number) => `event ${index} `

type Shape = { count: number; settles: boolean }

const insertEvents = builtOncePer(JSON.stringify, (db, { count, settles }: Shape) => {
  const counted = db.$with('counted').as(
    db
      .update(eventCounters)
      .set({ position: sql`${eventCounters.position} + ${count}` })
      .where(eq(eventCounters.workspaceId, sql.placeholder('workspaceId')))
      .returning({ position: eventCounters.position }),
  )
  const last = sql`(select ${counted.position} ${from(counted)})`
  const parts = settles ? [db.$with('settled').as(settlingCommand(db))] : []
  return db
    .with(...parts, counted)
    .insert(events)
    .values(
      Array.from({ length: count }, (_, index) => ({
        ...heldRow(events, COLUMNS, nameOf(index)),
        at: sql`clock_timestamp()`,
        position: sql<number>`${last} - ${count - 1 - index}::int`,
      })) as never,
    )
})

const COLUMNS = [
  ...(['workspaceId', 'type', 'data', 'conversationId', 'conversationKind'] as const),
  ...(['teamspaceId', 'before', 'after'] as const),
]

function rowOf(workspaceId: string, { type, data, conversation }: NewEvent) {
  return {
    workspaceId,
    type,
    data,
    conversationId: conversation?.after.id ?? null,
    conversationKind: conversation?.after.kind ?? null,
    teamspaceId: conversation?.after.teamspaceId ?? null,
    before: conversation?.before ? whereaboutsOf(conversation.before) : null,
    after: conversation ? whereaboutsOf(conversation.after) : null,
  }
}
