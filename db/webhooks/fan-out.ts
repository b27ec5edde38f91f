import { and, asc, desc, eq, gt, inArray } from 'drizzle-orm'
import type { Transaction } from '../client.ts'
import type { EventRow } from '../events.ts'
import { newId } from '../ids.ts'
import { events, webhookDeliveries, webhooks } from '../schema.ts'
import { turnAfter } from './turns.ts'
import type { WebhookRow } from './webhooks.ts'

/** How many events one transaction turns into deliveries. */
const BATCH = 100

/**
 * Turns what happened since into deliveries, in the order of its positions, and says whether
 * there may be more. `webhook` must be locked by this transaction.
 */
export async function fanOut(
  tx: Transaction,
  webhook: WebhookRow,
  bodyOf: (event: EventRow) => string,
): Promise<{ more: boolean }> {
  const happened = await tx
    .select()
    .from(events)
    .where(and(eq(events.workspaceId, webhook.workspaceId), gt(events.position, webhook.position)))
    .orderBy(asc(events.position))
    .limit(BATCH)
  const position = happened.at(-1)?.position
  if (position === undefined) return { more: false }
  const wanted = happened.filter(({ type }) => webhook.types?.includes(type) ?? true)
  if (wanted.length > 0) {
    const turns = await turnsIn(tx, webhook, wanted)
    const rows = wanted.map((event) => deliveryOf(webhook, event, bodyOf(event), turns))
    await tx.insert(webhookDeliveries).values(rows).onConflictDoNothing()
  }
  await tx.update(webhooks).set({ position }).where(eq(webhooks.id, webhook.id))
  return { more: happened.length === BATCH }
}

/** When the next of a conversation has its turn: null when not before the one ahead was tried. */
type Turns = Map<string, Date | null>

/** Those of the conversations of which something is pending already. */
async function turnsIn(tx: Transaction, { id }: WebhookRow, happened: EventRow[]): Promise<Turns> {
  const { webhookId, conversationId, state, position, firstAttemptAt } = webhookDeliveries
  const ids = happened.flatMap((event) => event.conversationId ?? [])
  const ahead = await tx
    .selectDistinctOn([conversationId], { conversationId, firstAttemptAt })
    .from(webhookDeliveries)
    .where(and(eq(webhookId, id), inArray(conversationId, ids), eq(state, 'pending')))
    .orderBy(conversationId, desc(position))
  return new Map(
    ahead.map((row) => [
      row.conversationId ?? '',
      row.firstAttemptAt && turnAfter(row.firstAttemptAt),
    ]),
  )
}

/** Due since its event when nothing is ahead of it. It is ahead of the next one. */
function deliveryOf(
  { id: webhookId, workspaceId }: WebhookRow,
  { position, type, conversationId, at }: EventRow,
  body: string,
  turns: Turns,
) {
  const turn = conversationId === null ? undefined : turns.get(conversationId)
  if (conversationId !== null) turns.set(conversationId, null)
  const of = { workspaceId, webhookId, position, type, conversationId }
  return { id: newId('delivery'), ...of, body, nextAttemptAt: turn === undefined ? at : turn }
}
