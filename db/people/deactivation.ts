import { and, eq, notInArray, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../client.ts'
import { commandEach } from '../commands/command-each.ts'
import type { CommandRow } from '../commands/commands.ts'
import { recordEvents } from '../events/record.ts'
import { oneOf } from '../listing.ts'
import { conversations, users } from '../schema.ts'
import { presenceChanged } from './presence.ts'
import type { UserRow } from './users.ts'

/**
 * Deactivates a user and requeues what they hold, except what is resolved or closed. Under the
 * workspace's lock, and last in the transaction. Source: "Queue" of the domain.
 */
export async function deactivate(tx: Transaction, user: UserRow): Promise<CommandRow[]> {
  // Their row first: a transaction that assigns to them holds it, so it ends before the list below is read.
  await tx
    .update(users)
    .set({
      deactivatedAt: sql`now()`,
      presence: 'away',
      onlineSince: null,
      presenceExpiresAt: null,
    })
    .where(oneOf(users, user.workspaceId, user.id))
  const commands = await commandEach(tx, user.workspaceId, 'requeue', heldBy(user.id))
  if (user.presence === 'online') {
    await recordEvents(tx, user.workspaceId, [presenceChanged(user.id, null)])
  }
  return commands
}

function heldBy(userId: string): SQL {
  return and(
    eq(conversations.assigneeUserId, userId),
    notInArray(conversations.status, ['resolved', 'closed']),
  ) as SQL
}

/** Makes a user active again; they are away, and their tokens work again. Under the workspace's lock. */
export async function reactivate(tx: Transaction, user: UserRow): Promise<void> {
  const which = oneOf(users, user.workspaceId, user.id)
  await tx.update(users).set({ deactivatedAt: null }).where(which)
}
