import { lockActiveUser } from '../../db/people/permitted.ts'
import type { SettableStatus } from '../../domain/words.ts'
import type { Case, Change, Refusal } from './change.ts'

/**
 * The Assignee sets the status by hand; setting what it is already changes nothing. Their
 * deactivation waits, or it would leave to them what they open again at that moment.
 */
export async function setStatus({ tx, command }: Case): Promise<Change | Refusal> {
  if (!(await lockActiveUser(tx, command.actorId as string)))
    return { refused: 'permission_denied' }
  return { status: command.payload.status as SettableStatus }
}
