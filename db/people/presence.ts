import { sql } from 'drizzle-orm'
import type { Presence } from '../../domain/words.ts'
import type { Transaction } from '../client.ts'
import { type Happening, recordEvents } from '../events/record.ts'
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
  const onlineSince = row?.onlineSince ?? null
  await recordEvents(tx, user.workspaceId, [presenceChanged(user.id, onlineSince)])
}

/** The clock, not the transaction's beginning, which may be before a wait for the lock. */
const NOW = sql`clock_timestamp()`
const inSeconds = (seconds: number) => sql`clock_timestamp() + make_interval(secs => ${seconds})`

/** An expired user is stored as online: that he went away is told when he is next set, either way. */
function isKnownAs(user: UserRow, presence: Presence): boolean {
  return user.presence === presence && user.online === (presence === 'online')
}

/** What the world is told of a user who came online then, or went away (null). */
export function presenceChanged(userId: string, onlineSince: Date | null): Happening {
  const presence: Presence = onlineSince ? 'online' : 'away'
  const data = { userId, presence, onlineSince: onlineSince?.toISOString() ?? null }
  return { type: 'user.presence_changed', data }
}
