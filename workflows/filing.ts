import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { patched, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import type { ConversationState } from '../domain/conversation.ts'
import { type Filed, filingNames, filingOf } from '../domain/filing.ts'

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD)

/**
 * Lets operators filter by what the conversation is now, in one history event and only if it is
 * filed otherwise: search attributes cost the engine as much as the rest of a command. Who holds it
 * is in the current details, free of cost.
 */
export function file(conversation: ConversationState): void {
  const { typedSearchAttributes: filed } = workflowInfo()
  const changed = filingOf(filedOf(conversation))
    .map(([name, value]) => ({ key: keyword(name), value }))
    .filter(({ key, value }) => filed.get(key) !== value)
  if (changed.length > 0) upsertSearchAttributes(changed)
}

/** Files as runs did whose `load` did not say that they file at rest: they go on as they began. */
export function fileAsFormerly(before: ConversationState | null, after: ConversationState): void {
  const pairs = filingOf(filedOf(after)).map(([name, value]) => ({ key: keyword(name), value }))
  // The Assignee was an attribute even before that.
  if (patched('attributes-without-assignee')) {
    if (before && !isFiledElsewhere(before, after)) return
    upsertSearchAttributes([...pairs, { key: assignee, value: null }])
  } else if (!before || wasFiledElsewhere(before, after)) {
    const always = pairs.filter(({ key }) => key.name !== filingNames.queue)
    upsertSearchAttributes([...always, { key: assignee, value: after.assignee?.id ?? 'queue' }])
  }
}

const assignee = keyword('BatonAssignee')

function isFiledElsewhere(before: ConversationState, after: ConversationState): boolean {
  return before.status !== after.status || before.queue?.cause !== after.queue?.cause
}

function wasFiledElsewhere(before: ConversationState, after: ConversationState): boolean {
  return before.status !== after.status || before.assignee?.id !== after.assignee?.id
}

function filedOf({ queue, ...conversation }: ConversationState): Filed {
  return { ...conversation, queueCause: queue?.cause ?? null }
}
