import { holderIn } from '../db/conversations/row.ts'
import type { Sight } from '../db/conversations/sight.ts'
import { actionsOf } from '../domain/permission.ts'
import type { Principal } from '../domain/principals.ts'

/** The Assignee with their name; null while the conversation waits in the queue. */
export function assigneeOf(sight: Sight) {
  const holder = holderIn(sight)
  return holder && { ...holder, name: sight.assigneeName ?? '' }
}

/** The contract's Conversation, as this principal sees it, with its position in the queue. */
export function conversationShape(sight: Sight, principal: Principal, position: number | null) {
  return {
    id: sight.id,
    kind: sight.kind,
    status: sight.status,
    teamspaceId: sight.teamspaceId,
    ...(sight.subject !== null && { subject: sight.subject }),
    ...(sight.language !== null && { language: sight.language }),
    player: {
      externalId: sight.playerExternalId,
      ...(sight.playerName !== null && { name: sight.playerName }),
      ...(sight.playerEmail !== null && { email: sight.playerEmail }),
    },
    assignee: assigneeOf(sight),
    teamId: sight.teamId,
    originAiAgentId: sight.originAiAgentId,
    epoch: sight.epoch,
    version: sight.version,
    queue: sight.queuedAt && { since: sight.queuedAt.toISOString(), position },
    actions: actionsOf(sight, principal),
    createdAt: sight.createdAt.toISOString(),
    updatedAt: sight.updatedAt.toISOString(),
    lastMessageAt: sight.lastMessageAt?.toISOString() ?? null,
    closedAt: sight.closedAt?.toISOString() ?? null,
    closingNote: sight.closingNote,
  }
}
