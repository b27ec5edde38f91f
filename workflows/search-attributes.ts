import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import type { ConversationState } from '../domain/conversation.ts'

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD)

/** What operators can filter workflows by. Only ids and words of the domain, never a name. */
export const searchAttributes = {
  workspace: keyword('BatonWorkspace'),
  teamspace: keyword('BatonTeamspace'),
  kind: keyword('BatonKind'),
  status: keyword('BatonStatus'),
  /** The user's or AI agent's id, or `queue`. */
  assignee: keyword('BatonAssignee'),
}

/** The attributes of a conversation as it is. */
export function attributesOf(conversation: ConversationState) {
  return [
    { key: searchAttributes.workspace, value: conversation.workspaceId },
    { key: searchAttributes.teamspace, value: conversation.teamspaceId },
    { key: searchAttributes.kind, value: conversation.kind },
    { key: searchAttributes.status, value: conversation.status },
    { key: searchAttributes.assignee, value: conversation.assignee?.id ?? 'queue' },
  ]
}
