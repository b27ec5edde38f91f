import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import type { ConversationState } from '../domain/conversation.ts'

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD)

/** What operators can filter workflows by. Only ids and words of the domain, never a name. */
export const searchAttributes = {
  workspace: keyword('BatonWorkspace'),
  teamspace: keyword('BatonTeamspace'),
  kind: keyword('BatonKind'),
  status: keyword('BatonStatus'),
  /** What made it wait in the queue, or `none`. */
  queue: keyword('BatonQueue'),
  /** Who holds it. Only of runs that are older than `queue`: see docs/measured.md. */
  assignee: keyword('BatonAssignee'),
}

/** The attributes of a conversation as it is. Who holds it is in the current details, free of cost. */
export function attributesOf(conversation: ConversationState) {
  return [
    ...alwaysOf(conversation),
    { key: searchAttributes.queue, value: queueOf(conversation) },
    { key: searchAttributes.assignee, value: null },
  ]
}

/** Whether operators would filter it otherwise than before. */
export function isFiledElsewhere(before: ConversationState, after: ConversationState): boolean {
  return before.status !== after.status || queueOf(before) !== queueOf(after)
}

/** The same of runs that began when the Assignee was an attribute. */
export function formerAttributesOf(conversation: ConversationState) {
  const value = conversation.assignee?.id ?? 'queue'
  return [...alwaysOf(conversation), { key: searchAttributes.assignee, value }]
}

export function wasFiledElsewhere(before: ConversationState, after: ConversationState): boolean {
  return before.status !== after.status || before.assignee?.id !== after.assignee?.id
}

function alwaysOf({ workspaceId, teamspaceId, kind, status }: ConversationState) {
  return [
    { key: searchAttributes.workspace, value: workspaceId },
    { key: searchAttributes.teamspace, value: teamspaceId },
    { key: searchAttributes.kind, value: kind },
    { key: searchAttributes.status, value: status },
  ]
}

function queueOf({ queue }: ConversationState): string {
  return queue?.cause ?? 'none'
}
