import type { z } from '@hono/zod-openapi'
import type { userChange } from '../../contract/schemas/people-users.ts'
import type { Transaction } from '../../db/client.ts'
import type { CommandRow } from '../../db/commands/commands.ts'
import { deactivate, reactivate } from '../../db/people/deactivation.ts'
import { changeUser, isLastAdmin, type UserRow } from '../../db/people/users.ts'
import { ProblemError } from '../problem-error.ts'

type Change = z.infer<typeof userChange>

/**
 * Changes a user under the workspace's lock; returns the commands that requeue what a deactivated
 * one held. 409 `last_admin` when no active admin would be left.
 */
export async function changeUserAs(
  tx: Transaction,
  user: UserRow,
  change: Change,
): Promise<CommandRow[]> {
  if (endsAdmin(user, change) && (await isLastAdmin(tx, user))) {
    throw new ProblemError('last_admin', { detail: 'Make somebody else an admin first' })
  }
  await changeUser(tx, user, change)
  const wasActive = user.deactivatedAt === null
  if (change.active === true && !wasActive) await reactivate(tx, user)
  return change.active === false && wasActive ? deactivate(tx, user) : []
}

/** Whether an active admin would be one no longer after this change. There is one admin role. */
function endsAdmin(user: UserRow, { roleId, active }: Change): boolean {
  return active === false || (roleId !== undefined && roleId !== user.roleId)
}
