/** The words of the domain, free of any dependency so that workflows, API and schema share them. */

export const plans = ['free', 'amateur', 'pro', 'champion'] as const
export type Plan = (typeof plans)[number]

export const conversationKinds = ['chat', 'ticket'] as const
export type ConversationKind = (typeof conversationKinds)[number]

export const statuses = ['open', 'pending', 'overdue', 'resolved', 'closed'] as const
export type Status = (typeof statuses)[number]

/** Of a conversation that is open work: it is in its Assignee's load, and a chat fills a slot. */
export const openStatuses: readonly Status[] = ['open', 'pending', 'overdue']

/** What an Assignee may set by hand; `closed` only through close. */
export const settableStatuses = ['open', 'pending', 'overdue', 'resolved'] as const
export type SettableStatus = (typeof settableStatuses)[number]

export const grantScopes = ['none', 'own', 'team', 'all'] as const
export type GrantScope = (typeof grantScopes)[number]

export const assignmentMethods = ['balanced', 'round_robin', 'random', 'voluntary'] as const
export type AssignmentMethod = (typeof assignmentMethods)[number]

export const presences = ['online', 'away'] as const
export type Presence = (typeof presences)[number]

export const causes = [
  'created',
  'handoff',
  'handoff_cancelled',
  'transfer',
  'team_transfer',
  'takeover',
  'close',
  'queue',
  'deactivation',
] as const
export type Cause = (typeof causes)[number]

/** Why a conversation waits in the queue. Only a handoff's wait can be cancelled. */
export const queueCauses = ['handoff', 'team_transfer', 'deactivation'] as const
export type QueueCause = (typeof queueCauses)[number]

/** What a principal asks for, spelled as in `actions`. */
export const requestedKinds = [
  'handoff',
  'cancel_handoff',
  'transfer',
  'team_transfer',
  'takeover',
  'close',
  'status',
  'reply',
] as const
export type RequestedKind = (typeof requestedKinds)[number]

/** What the service itself does to a conversation; not listed among its commands. */
const serviceKinds = ['inbound', 'requeue', 'reclaim', 'leave_team', 'offer'] as const
export type ServiceKind = (typeof serviceKinds)[number]

export const commandKinds = [...requestedKinds, ...serviceKinds] as const
export type CommandKind = (typeof commandKinds)[number]

export const outcomes = ['pending', 'accepted', 'queued', 'refused', 'withdrawn'] as const

/** How far a shift change has come. */
export const shiftChangeStates = ['running', 'finished', 'cancelled'] as const
export type ShiftChangeState = (typeof shiftChangeStates)[number]

export const principalTypes = ['user', 'ai_agent', 'api_key'] as const
type PrincipalType = (typeof principalTypes)[number]

/** Who holds a conversation: one user or one AI agent. */
export type Holder = { type: 'user' | 'ai_agent'; id: string }

/** Who asked. `null` stands for the service itself. */
export type Actor = { type: PrincipalType; id: string }

/** Why a transfer's user or team may not hold the conversation. */
export const targetReasons = [
  'unknown',
  'inactive',
  'not_in_teamspace',
  'no_grant',
  'no_members',
] as const
export type TargetReason = (typeof targetReasons)[number]

export const refusalCodes = [
  'not_found',
  'conversation_closed',
  'assignee_changed',
  'not_assignee',
  'already_assignee',
  'not_queued',
  'plan_required',
  'permission_denied',
  'message_required',
  'no_agent_available',
  'target_not_permitted',
  'self_transfer',
  'internal_error',
] as const
export type RefusalCode = (typeof refusalCodes)[number]
