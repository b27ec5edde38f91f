import { and, sql } from 'drizzle-orm'
import type { Presence } from '../../domain/words.ts'
import type { Queryable, Transaction } from '../client.ts'
import { type NewEvent, recordEvents } from '../events/record.ts'
import { oneOf } from '../listing.ts'
import { users } from '../schema.ts'
import { isOnline } from './permitted.ts'
import type { UserRow } from './users.ts'

/**
 * Sets a user away, or online for `ttlSeconds` or until they say otherwise. Setting online again
 * keeps `onlineSince`, by which round robin orders. Under the workspace's lock, and last in the
 * transaction, because a change is recorded as an event.
 */
export async function setPresence(
  tx: Transaction,
  user: UserRow,
  presence: Presence,
  ttlSeconds?: number,
): Promise<void> {
  const keepsBeginning = presence === 'online' && user.online
  const [row] = await tx
    .update(users)
    .set({
      presence,
      onlineSince: keepsBeginning ? user.onlineSince : presence === 'online' ? NOW : null,
      presenceExpiresAt:
        presence === 'away' || ttlSeconds === undefined ? null : inSeconds(ttlSeconds),
    })
    .where(oneOf(users, user.workspaceId, user.id))
    .returning({ onlineSince: users.onlineSince })
  if (keepsBeginning || isKnownAs(user, presence)) return
  const changed = presenceChanged(user.id, row?.onlineSince ?? null)
  // Their time ran out and no sweep has recorded it yet: record that they went away first.
  const told = ranOut(user) && presence === 'online' ? [presenceChanged(user.id, null)] : []
  await recordEvents(tx, user.workspaceId, [...told, changed])
}

/**
 * Puts off when an online user's presence runs out; false when they are not online now. Nothing
 * that Chat Assignment weighs changes, so this needs no lock, and there is no event.
 */
export async function renewPresence(
  db: Queryable,
  workspaceId: string,
  userId: string,
  ttlSeconds?: number,
): Promise<boolean> {
  const rows = await db
    .update(users)
    .set({ presenceExpiresAt: ttlSeconds === undefined ? null : inSeconds(ttlSeconds) })
    .where(and(oneOf(users, workspaceId, userId), isOnline))
    .returning({ id: users.id })
  return rows.length > 0
}

/** Not now(), the start of the transaction, which may be long before it got the lock. */
const NOW = sql`clock_timestamp()`
const inSeconds = (seconds: number) => sql`clock_timestamp() + make_interval(secs => ${seconds})`

function isKnownAs(user: UserRow, presence: Presence): boolean {
  return user.presence === presence && !ranOut(user)
}

/** Whether they are stored as online although their time ran out: no event of it is recorded yet. */
function ranOut(user: UserRow): boolean {
  return user.presence === 'online' && !user.online
}

/** The event for a user who came online at this time, or went away (null). */
export function presenceChanged(userId: string, onlineSince: Date | null): NewEvent {
  const presence: Presence = onlineSince ? 'online' : 'away'
  const data = { userId, presence, onlineSince: onlineSince?.toISOString() ?? null }
  return { type: 'user.presence_changed', data }
}
