import type { SettableStatus } from '../../workflows/domain.ts'
import type { Case, Change } from './change.ts'

/** The Assignee sets the status by hand; setting what it is already changes nothing. */
export function setStatus({ command }: Case): Change {
  return { status: command.payload.status as SettableStatus }
}
