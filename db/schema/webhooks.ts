import { sql } from 'drizzle-orm'
import { bigint, foreignKey, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { createdAt, id, instant, oneOf } from './columns.ts'
import { type EventType, eventTypes } from './events.ts'
import { workspaces } from './workspaces.ts'

export const deliveryStates = ['pending', 'delivered', 'failed'] as const

/** Where a workspace wants to be told what happened. */
export const webhooks = pgTable(
  'webhooks',
  {
    id: id(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id),
    url: text().notNull(),
    /** Null for all. */
    types: text().array().$type<EventType[]>(),
    /** Needed to sign, so kept as it is; told only once. */
    secret: text().notNull(),
    /** The last event that was turned into a delivery, or needed none. */
    position: bigint({ mode: 'number' }).notNull(),
    deactivatedAt: instant(),
    /** The first attempt that failed after the last success. */
    troubledSince: instant(),
    /** Since when it is known to be failing: no attempt had succeeded for three days, nor has since. */
    failingSince: instant(),
    /** When its deliveries were last seen to. */
    drainedAt: instant(),
    /** Absent to everybody from then on; the row goes after its deliveries. */
    deletedAt: instant(),
    createdAt: createdAt(),
  },
  (t) => [unique('webhooks_in_workspace').on(t.workspaceId, t.id)],
)

/** One event on its way to one webhook: the queue that a webhook's workflow drains. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    /** The `webhook-id` of every attempt. */
    id: id(),
    workspaceId: text().notNull(),
    webhookId: text().notNull(),
    /** Of its event in the workspace. */
    position: bigint({ mode: 'number' }).notNull(),
    type: text({ enum: eventTypes }).notNull(),
    conversationId: text(),
    /** What is sent, byte for byte the same at every attempt. */
    body: text().notNull(),
    state: text({ enum: deliveryStates }).notNull().default('pending'),
    attempts: integer().notNull().default(0),
    firstAttemptAt: instant(),
    /** Null while it is held back, behind an earlier one of its conversation. */
    nextAttemptAt: instant(),
    /** Until then it is in flight, whatever has become of who sends it. */
    claimedUntil: instant(),
    lastStatus: integer(),
    lastError: text(),
    lastBody: text(),
    deliveredAt: instant(),
    createdAt: createdAt(),
  },
  (t) => [
    unique('webhook_deliveries_once').on(t.webhookId, t.position),
    oneOf('webhook_deliveries_state', t.state, deliveryStates),
    index('webhook_deliveries_due')
      .on(t.webhookId, t.nextAttemptAt, t.position)
      .where(sql`${t.state} = 'pending'`),
    index('webhook_deliveries_in_order')
      .on(t.webhookId, t.conversationId, t.position)
      .where(sql`${t.state} = 'pending'`),
    index('webhook_deliveries_done').on(t.createdAt).where(sql`${t.state} <> 'pending'`),
    foreignKey({
      name: 'webhook_deliveries_webhook',
      columns: [t.workspaceId, t.webhookId],
      foreignColumns: [webhooks.workspaceId, webhooks.id],
    }),
  ],
)
