import type { ConversationKind, QueueCause, Status } from './words.ts'

/** What of a conversation operators filter workflows by. */
export type Filed = {
  workspaceId: string
  teamspaceId: string
  kind: ConversationKind
  status: Status
  /** What made it wait in the queue; null when it does not. */
  queueCause: QueueCause | null
}

/** The names by which operators filter. */
export const filingNames = {
  workspace: 'BatonWorkspace',
  teamspace: 'BatonTeamspace',
  kind: 'BatonKind',
  status: 'BatonStatus',
  /** What made it wait in the queue, or `none`. */
  queue: 'BatonQueue',
} as const

/** Under what a conversation is filed, by name: only ids and words of the domain, never a name. */
export function filingOf(filed: Filed): [name: string, value: string][] {
  return [
    [filingNames.workspace, filed.workspaceId],
    [filingNames.teamspace, filed.teamspaceId],
    [filingNames.kind, filed.kind],
    [filingNames.status, filed.status],
    [filingNames.queue, filed.queueCause ?? 'none'],
  ]
}
