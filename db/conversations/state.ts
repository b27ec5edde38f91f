import type { ConversationState } from '../../domain/conversation.ts'
import { type ConversationRow, holderIn } from './row.ts'

/** The row as its workflow holds it. */
export function stateOf(row: ConversationRow): ConversationState {
  return {
    id: row.id,
    workspaceId: row.workspaceId,
    teamspaceId: row.teamspaceId,
    kind: row.kind,
    status: row.status,
    assignee: holderIn(row),
    teamId: row.teamId,
    originAiAgentId: row.originAiAgentId,
    epoch: row.epoch,
    version: row.version,
    queue:
      row.queueCause && row.queuedAt
        ? { cause: row.queueCause, since: row.queuedAt.toISOString() }
        : null,
  }
}
