import { planAllows } from './plans.ts'
import { grantsFor, type Principal, type UserPrincipal } from './principals.ts'
import type { ConversationKind, Plan, QueueCause, RequestedKind, Status } from './words.ts'

/** What permission is judged by: a conversation as one principal meets it. */
export type Met = {
  kind: ConversationKind
  status: Status
  plan: Plan
  assigneeUserId: string | null
  assigneeAiAgentId: string | null
  originAiAgentId: string | null
  queueCause: QueueCause | null
  /** Their `manage` reaches it. */
  manageable: boolean
  /** It waits for a pool they are in, so they may claim it. */
  awaitsThem: boolean
}

/** What this principal may do to the conversation now, by plan, grants and who holds it. */
export function actionsOf(met: Met, principal: Principal): RequestedKind[] {
  if (principal.type === 'user') return userActions(met, principal)
  const actions: RequestedKind[] = []
  const cancels = principal.type === 'api_key' || met.originAiAgentId === principal.id
  if (met.queueCause === 'handoff' && cancels) actions.push('cancel_handoff')
  if (principal.type === 'api_key') return met.assigneeAiAgentId ? ['handoff', ...actions] : actions
  if (met.assigneeAiAgentId !== principal.id) return actions
  return met.status === 'closed' ? ['handoff', 'reply'] : ['handoff', 'close', 'reply']
}

function userActions(met: Met, user: UserPrincipal): RequestedKind[] {
  if (met.status === 'closed') return []
  if (met.assigneeUserId !== user.id) return mayTakeOver(met, user) ? ['takeover'] : []
  const transfers = grantsFor(user, met.kind).transfer && planAllows(met.plan, 'transfer')
  return [
    ...(transfers ? (['transfer', 'team_transfer'] as const) : []),
    'close',
    'status',
    'reply',
  ]
}

/**
 * Takeover permission: `transfer` and `manage` reaching the conversation, all the way for one an
 * AI agent holds; whoever the queue entry targets may claim it without `transfer`.
 */
export function mayTakeOver(met: Met, user: UserPrincipal): boolean {
  const grants = grantsFor(user, met.kind)
  if (met.awaitsThem && grants.manage !== 'none') return true
  if (!grants.transfer || !met.manageable) return false
  return met.assigneeAiAgentId === null || grants.manage === 'all'
}
