import { poolNow } from './chat-assignment/pool.ts'
import type { Whereabouts } from './conversation.ts'
import { planAllows } from './plans.ts'
import type { Grants, Principal, UserPrincipal } from './principals.ts'
import type {
  ConversationKind,
  Plan,
  QueueCause,
  RequestedKind,
  Status,
  TargetReason,
} from './words.ts'

/** What their role grants for this kind of conversation. */
export function grantsFor(user: UserPrincipal, kind: ConversationKind): Grants {
  return kind === 'chat' ? user.livechats : user.tickets
}

/** Who has these grants may hold such a conversation. In SQL: `mayHold` of db/people/permitted.ts. */
export function mayHold({ manage }: Pick<Grants, 'manage'>): boolean {
  return manage !== 'none'
}

/** The teams as they are now, for one reader, in the teamspace of a conversation. */
export type TeamsThere = {
  /** Those the reader is in, of any teamspace. */
  theirs: ReadonlySet<string>
  /** Those of them that are linked to the teamspace. */
  serving: ReadonlySet<string>
  /** Those linked to it that somebody active is in who may hold such a conversation. */
  staffed: ReadonlySet<string>
}

/** Who sees a conversation that is, or was, there. In SQL: `reaches` of db/conversations/reach.ts. */
export function maySee(
  principal: Principal,
  kind: ConversationKind,
  where: Whereabouts,
  teams: TeamsThere,
): boolean {
  if (principal.type === 'api_key') return true
  if (isHolder(where, principal)) return true
  if (principal.type === 'ai_agent') return where.originAiAgentId === principal.id
  const { view } = grantsFor(principal, kind)
  if (view === 'none' || view === 'all') return view === 'all'
  if (where.pool && isInPool(where.pool.teamIds, teams)) return true
  return view === 'team' && where.teamId !== null && teams.theirs.has(where.teamId)
}

function isHolder({ holder }: Whereabouts, { type, id }: Principal): boolean {
  return holder?.type === type && holder.id === id
}

/** Whoever serves in the teamspace is in a pool of anyone. */
function isInPool(teamIds: string[] | null, { serving, staffed }: TeamsThere): boolean {
  const now = poolNow(teamIds, (team) => staffed.has(team))
  return now ? now.some((team) => serving.has(team)) : serving.size > 0
}

/** What actions are judged by: a conversation as one principal meets it. */
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

/**
 * Takeover permission: `transfer` and `manage` reaching the conversation, all the way for one an
 * AI agent holds; whoever the queue entry targets may claim it without `transfer`.
 */
export function mayTakeOver(met: Met, user: UserPrincipal): boolean {
  const grants = grantsFor(user, met.kind)
  if (met.awaitsThem && mayHold(grants)) return true
  if (!grants.transfer || !met.manageable) return false
  return met.assigneeAiAgentId === null || grants.manage === 'all'
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

/** Why a user may not be given a conversation; null when they may. In SQL: `isPermitted` of db/people/permitted.ts. */
export function whyNotTarget(user: {
  isActive: boolean
  /** In a team of its teamspace, or an admin. */
  serves: boolean
  mayHold: boolean
}): TargetReason | null {
  if (!user.isActive) return 'inactive'
  if (!user.serves) return 'not_in_teamspace'
  return user.mayHold ? null : 'no_grant'
}
