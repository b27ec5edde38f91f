import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Queryable, Transaction } from './client.ts'
import { newId } from './ids.ts'
import { oneOf } from './listing.ts'
import { listActiveAdmins } from './people/admins.ts'
import { type NotificationKind, notifications } from './schema.ts'

export type NotificationRow = typeof notifications.$inferSelect

/** What one user is told, before it is written. */
export type Notice = { userId: string; kind: NotificationKind; note?: string | null }

/** Whose notifications are marked. */
export type Reader = { workspaceId: string; id: string }

/** Where a page of notifications goes on: behind this one. */
export type NotificationKey = { at: Date; id: string }

/** Rows per statement: PostgreSQL takes 65,535 parameters, and thousands may be in a pool. */
const PORTION = 1_000

/** Tells users of a conversation, as part of what they are told of. */
export async function insertNotifications(
  tx: Transaction,
  { id: conversationId, workspaceId }: { id: string; workspaceId: string },
  notices: Notice[],
): Promise<void> {
  const rows = notices.map((notice) => ({
    ...notice,
    id: newId('notification'),
    workspaceId,
    conversationId,
    at: sql`clock_timestamp()`,
  }))
  for (let start = 0; start < rows.length; start += PORTION) {
    await tx.insert(notifications).values(rows.slice(start, start + PORTION))
  }
}

/**
 * Marks as read that a conversation waited to be claimed. One that is being read at this moment is
 * passed over, so that neither waits for the other.
 */
export async function readQueued(tx: Transaction, conversationId: string): Promise<void> {
  const unread = tx
    .select({ id: notifications.id })
    .from(notifications)
    .where(
      and(
        eq(notifications.conversationId, conversationId),
        sql`${notifications.kind} = 'queued'`,
        isNull(notifications.readAt),
      ),
    )
    .for('update', { skipLocked: true })
  await tx
    .update(notifications)
    .set({ readAt: sql`clock_timestamp()` })
    .where(inArray(notifications.id, unread))
}

/** Tells every active admin of the workspace that what happens there does not reach a webhook. */
export async function notifyAdmins(
  tx: Transaction,
  { id: webhookId, workspaceId }: { id: string; workspaceId: string },
): Promise<void> {
  for (const userId of await listActiveAdmins(tx, workspaceId)) {
    await tx.insert(notifications).values({
      id: newId('notification'),
      ...{ workspaceId, userId, webhookId, kind: 'webhook_failing' as const },
      at: sql`clock_timestamp()`,
    })
  }
}

/** What a user was told, newest first. */
export function listNotifications(
  db: Queryable,
  userId: string,
  page: { unread: boolean; after: NotificationKey | undefined; limit: number },
): Promise<NotificationRow[]> {
  const { unread, after, limit } = page
  const { at, id, readAt } = notifications
  const earlier = after && sql`(${at}, ${id}) < (${sql.param(after.at, at)}, ${after.id})`
  return db
    .select()
    .from(notifications)
    .where(and(eq(notifications.userId, userId), unread ? isNull(readAt) : undefined, earlier))
    .orderBy(desc(at), desc(id))
    .limit(limit)
}

export function countUnread(db: Queryable, userId: string): Promise<number> {
  return db.$count(notifications, unreadOf(userId))
}

/** Marks one of theirs as read; one that they have read keeps its time. Null when they have none such. */
export async function readNotification(
  db: Queryable,
  { workspaceId, id: userId }: Reader,
  id: string,
): Promise<NotificationRow | null> {
  const [row] = await db
    .update(notifications)
    .set({ readAt: sql`coalesce(${notifications.readAt}, clock_timestamp())` })
    .where(and(oneOf(notifications, workspaceId, id), eq(notifications.userId, userId)))
    .returning()
  return row ?? null
}

/** Marks all of theirs as read that are there when it begins; how many there were. */
export async function readNotifications(
  db: Queryable,
  { workspaceId, id: userId }: Reader,
): Promise<number> {
  const { count } = await db
    .update(notifications)
    .set({ readAt: sql`clock_timestamp()` })
    .where(and(eq(notifications.workspaceId, workspaceId), unreadOf(userId)))
  return count
}

function unreadOf(userId: string) {
  return and(eq(notifications.userId, userId), isNull(notifications.readAt))
}
