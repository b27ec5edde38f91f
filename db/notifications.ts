import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Queryable, Transaction } from './client.ts'
import { newId } from './ids.ts'
import { oneOf } from './listing.ts'
import { listActiveAdmins } from './people/admins.ts'
import { type NotificationKind, notifications } from './schema.ts'

export type NotificationRow = typeof notifications.$inferSelect

/** A notification before it is written. */
export type Notice = { userId: string; kind: NotificationKind; note?: string | null }

/** Whose notifications are marked. */
export type Reader = { workspaceId: string; id: string }

/** Where a page of notifications goes on: behind this one. */
type NotificationKey = { at: Date; id: string }

/** Rows per statement: PostgreSQL allows 65,535 parameters, and a pool may have thousands of users. */
const PORTION = 1_000

type Whose = { id: string; workspaceId: string }

/** Notifies users of a conversation, in the transaction of what they are told of. */
export async function insertNotifications(
  tx: Transaction,
  conversation: Whose,
  notices: Notice[],
): Promise<void> {
  for (let start = 0; start < notices.length; start += PORTION) {
    await insertPortion(tx, conversation, notices.slice(start, start + PORTION))
  }
}

function insertPortion(tx: Transaction, { id, workspaceId }: Whose, notices: Notice[]) {
  return tx.insert(notifications).values(
    notices.map((notice) => ({
      ...notice,
      id: newId('notification'),
      workspaceId,
      conversationId: id,
      at: sql`clock_timestamp()`,
    })),
  )
}

/**
 * Marks the `queued` notifications of a conversation as read. Skips rows that their user is marking
 * right now, so that neither transaction waits for the other.
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

/** Tells every active admin of the workspace that this webhook is failing. */
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

/** A user's notifications, newest first. */
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

/** Marks one of the user's notifications as read; one that is read keeps its time. Null when they have no such one. */
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

/** Marks all notifications of the user as read; returns how many were unread. */
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
