import { and, eq, lte, sql } from 'drizzle-orm'
import type { Queryable, Transaction } from '../client.ts'
import { recordEvents } from '../events/record.ts'
import { users } from '../schema.ts'
import { presenceChanged } from './presence.ts'

const BATCH = 100

const ranOut = and(
  eq(users.presence, 'online'),
  lte(users.presenceExpiresAt, sql`clock_timestamp()`),
)

/** Users who are stored as online although their time has run out. */
export function findExpired(db: Queryable): Promise<{ workspaceId: string; userId: string }[]> {
  return db
    .select({ workspaceId: users.workspaceId, userId: users.id })
    .from(users)
    .where(ranOut)
    .limit(BATCH)
}

/** Sets them away and records the event, unless they renewed meanwhile. Under the workspace's lock. */
export async function goneAway(
  tx: Transaction,
  workspaceId: string,
  userId: string,
): Promise<void> {
  const gone = await tx
    .update(users)
    .set({ presence: 'away', onlineSince: null, presenceExpiresAt: null })
    .where(and(eq(users.id, userId), eq(users.workspaceId, workspaceId), ranOut))
    .returning({ id: users.id })
  if (gone.length > 0) await recordEvents(tx, workspaceId, [presenceChanged(userId, null)])
}
