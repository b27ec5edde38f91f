import type { Sight } from '../db/conversations/conversations.ts'
import { grantsFor, type Principal, type UserPrincipal } from '../db/people/principals.ts'
import type { RequestedKind } from './words.ts'

/** What this principal may do to the conversation now, by plan, grants and who holds it. */
export function actionsOf(sight: Sight, principal: Principal): RequestedKind[] {
  if (principal.type === 'user') return userActions(sight, principal)
  const actions: RequestedKind[] = []
  const cancels = principal.type === 'api_key' || sight.originAiAgentId === principal.id
  if (sight.queueCause === 'handoff' && cancels) actions.push('cancel_handoff')
  if (principal.type === 'api_key')
    return sight.assigneeAiAgentId ? ['handoff', ...actions] : actions
  if (sight.assigneeAiAgentId !== principal.id) return actions
  return sight.status === 'closed' ? ['handoff', 'reply'] : ['handoff', 'close', 'reply']
}

function userActions(sight: Sight, user: UserPrincipal): RequestedKind[] {
  if (sight.status === 'closed') return []
  if (sight.assigneeUserId !== user.id) return mayTakeOver(sight, user) ? ['takeover'] : []
  const transfers = grantsFor(user, sight.kind).transfer && sight.plan !== 'free'
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
export function mayTakeOver(sight: Sight, user: UserPrincipal): boolean {
  const grants = grantsFor(user, sight.kind)
  if (sight.awaitsHim && grants.manage !== 'none') return true
  if (!grants.transfer || !sight.manageable) return false
  return sight.assigneeAiAgentId === null || grants.manage === 'all'
}
