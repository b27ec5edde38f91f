import { and, eq, isNotNull, isNull, lte, or, sql } from 'drizzle-orm'
import type { Transaction } from '../client.ts'
import { notifyAdmins } from '../notifications.ts'
import { webhooks } from '../schema.ts'

/** A webhook is failing when no attempt succeeded for so long, counted from the first failure. */
export const FAILING_AFTER_MS = 72 * 60 * 60_000

/**
 * Notes that an attempt failed, for whatever reason. Returns whether this makes the webhook a
 * failing one; then its admins are told.
 */
export async function noteFailure(tx: Transaction, webhookId: string): Promise<boolean> {
  const { id, workspaceId, troubledSince, failingSince } = webhooks
  const long = lte(troubledSince, sql`now() - make_interval(secs => ${FAILING_AFTER_MS / 1000})`)
  const [changed] = await tx
    .update(webhooks)
    .set({
      troubledSince: sql`coalesce(${troubledSince}, now())`,
      failingSince: sql`case when ${long} then now() end`,
    })
    .where(and(eq(id, webhookId), isNull(failingSince), or(isNull(troubledSince), long)))
    .returning({ id, workspaceId, failingSince })
  if (!changed?.failingSince) return false
  await notifyAdmins(tx, changed)
  return true
}

/** Notes that an attempt succeeded: the webhook fails no more. */
export async function noteSuccess(tx: Transaction, webhookId: string): Promise<void> {
  const { id, troubledSince, failingSince } = webhooks
  await tx
    .update(webhooks)
    .set({ troubledSince: null, failingSince: null })
    .where(and(eq(id, webhookId), or(isNotNull(troubledSince), isNotNull(failingSince))))
}
