import { sql } from 'drizzle-orm'
import type { Database, Transaction } from '../client.ts'
import { webhookDeliveries, webhooks } from '../schema.ts'

const BATCH = 1_000

/** Pending, and not claimed now. */
const isFree = sql`state = 'pending' and (claimed_until is null or claimed_until < now())`

/**
 * Removes a batch of deliveries older than `before` (ISO 8601) that are still pending at a failing
 * or inactive webhook, oldest first; what waited behind them is released. Returns how many.
 */
export function removeUndelivered(db: Database, before: string): Promise<number> {
  return db.transaction(async (tx) => {
    const webhookId = await lockOneWithOld(tx, before)
    if (webhookId === null) return 0
    const removed = await tx.execute<{ id: string | null }>(sql`
      delete from ${webhookDeliveries} where ctid = any(array(
        select ctid from ${webhookDeliveries}
        where webhook_id = ${webhookId} and ${isFree} and created_at < ${before}::timestamptz
        order by position limit ${BATCH} for update skip locked))
      returning conversation_id as id`)
    const ids = new Set(removed.flatMap(({ id }) => id ?? []))
    await releaseFirst(tx, webhookId, [...ids])
    return removed.length
  })
}

/** Locks a webhook, as fan-out and record-outcome do: no release may be overlooked. */
async function lockOneWithOld(tx: Transaction, before: string): Promise<string | null> {
  const [row] = await tx.execute<{ id: string }>(sql`
    select id from ${webhooks}
    where (failing_since is not null or deactivated_at is not null) and exists (
      select 1 from ${webhookDeliveries}
      where webhook_id = ${webhooks.id} and ${isFree} and created_at < ${before}::timestamptz)
    limit 1 for no key update skip locked`)
  return row?.id ?? null
}

async function releaseFirst(tx: Transaction, webhookId: string, ids: string[]): Promise<void> {
  await tx.execute(sql`
    update ${webhookDeliveries} set next_attempt_at = now()
    where next_attempt_at is null and id in (
      select next.id from unnest(${sql.param(ids)}::text[]) as asked(id)
      cross join lateral (
        select id from ${webhookDeliveries}
        where webhook_id = ${webhookId} and conversation_id = asked.id and state = 'pending'
        order by position limit 1
      ) next)`)
}
