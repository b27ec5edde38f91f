import { sql } from 'drizzle-orm'
import type { Presence } from '../../domain/words.ts'
import type { Transaction } from '../client.ts'
import { type NewEvent, recordEvents } from '../events/record.ts'
import { oneOf } from '../listing.ts'
import { users } from '../schema.ts'
import type { UserRow } from './users.ts'

/**
 * Sets a user online, for `ttlSeconds` or until he says otherwise, or away. Online while online
 * keeps its beginning, which is round robin's order. Under the workspace's lock, and last in the
 * transaction: a change is an event.
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
  // Whoever comes online anew went away in between, even if no sweep has told it yet.
  const told = ranOut(user) && presence === 'online' ? [presenceChanged(user.id, null)] : []
  await recordEvents(tx, user.workspaceId, [...told, changed])
}

/** The clock, not the transaction's beginning, which may be before a wait for the lock. */
const NOW = sql`clock_timestamp()`
const inSeconds = (seconds: number) => sql`clock_timestamp() + make_interval(secs => ${seconds})`

function isKnownAs(user: UserRow, presence: Presence): boolean {
  return user.presence === presence && !ranOut(user)
}

/** Still stored as online, though their time ran out: that they went away was not told. */
function ranOut(user: UserRow): boolean {
  return user.presence === 'online' && !user.online
}

/** What the world is told of a user who came online then, or went away (null). */
export function presenceChanged(userId: string, onlineSince: Date | null): NewEvent {
  const presence: Presence = onlineSince ? 'online' : 'away'
  const data = { userId, presence, onlineSince: onlineSince?.toISOString() ?? null }
  return { type: 'user.presence_changed', data }
}
