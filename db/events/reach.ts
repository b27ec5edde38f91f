import { grantsFor, type Principal } from '../../domain/principals.ts'
import type { ConversationKind, GrantScope } from '../../domain/words.ts'
import type { EventType, Whereabouts } from '../schema.ts'
import type { EventRow } from './record.ts'

/** Who reads events, with their present grants and teams. */
export type EventReader = { principal: Principal; teams: Teams }

export type Teams = {
  /** The teams they are in. */
  own: ReadonlySet<string>
  /** By teamspace: the linked teams they are in. */
  serving: ReadonlyMap<string, ReadonlySet<string>>
  /** By kind and teamspace: the linked teams with an active member who may hold that kind. */
  staffed: Record<ConversationKind, ReadonlyMap<string, ReadonlySet<string>>>
}

/** The part of an event that decides who sees it. */
export type Seen = Omit<EventRow, 'position' | 'at'>

const NONE: ReadonlySet<string> = new Set()

/**
 * Whether those who lose sight of the conversation by this event are still told of it: they learn
 * where it went and how it ended. What happens there later is only for those who see it then.
 */
const isParting: Record<EventType, (data: unknown) => boolean> = {
  'conversation.created': () => false,
  'conversation.assigned': () => true,
  'conversation.queued': () => true,
  'conversation.closed': () => true,
  'conversation.returned_to_ai': () => true,
  'conversation.status_changed': (data) => (data as { to: string }).to === 'closed',
  'message.created': () => false,
  'command.refused': () => false,
  'user.presence_changed': () => false,
}

/**
 * Whether a principal may see an event, live or listed: their present grants reach the conversation
 * as it was after the event or, for a parting, before it. `reaches` is the same for conversations.
 */
export function sees(reader: EventReader, event: Seen): boolean {
  const { principal } = reader
  if (event.workspaceId !== principal.workspaceId) return false
  if (principal.type === 'api_key') return true
  if (event.conversationId === null) return principal.type === 'user'
  if (isRefusalOf(principal, event)) return true
  const { before, after } = event
  if (after && reachesIt(reader, event, after)) return true
  return before !== null && isParting[event.type](event.data) && reachesIt(reader, event, before)
}

/** Who made a refused request knows of it, even if they may not see the conversation. */
function isRefusalOf(principal: Principal, { type, data }: Seen): boolean {
  if (type !== 'command.refused') return false
  const { actor } = data as { actor: { type: string; id: string } | null }
  return actor?.type === principal.type && actor.id === principal.id
}

function reachesIt({ principal, teams }: EventReader, event: Seen, where: Whereabouts): boolean {
  const { holder } = where
  if (holder?.type === principal.type && holder.id === principal.id) return true
  if (principal.type === 'ai_agent') return where.originAiAgentId === principal.id
  const { conversationKind: kind, teamspaceId } = event
  if (principal.type !== 'user' || kind === null || teamspaceId === null) return false
  const { view } = grantsFor(principal, kind)
  return within(view, teams, { kind, teamspaceId }, where)
}

type Of = { kind: ConversationKind; teamspaceId: string }

function within(scope: GrantScope, teams: Teams, of: Of, where: Whereabouts): boolean {
  if (scope === 'none') return false
  if (scope === 'all') return true
  if (where.pool && isInPool(teams, of, where.pool.teamIds)) return true
  return scope === 'team' && where.teamId !== null && teams.own.has(where.teamId)
}

/** A pool whose teams have nobody left who may hold it counts as anyone in the teamspace. */
function isInPool(teams: Teams, { kind, teamspaceId }: Of, pool: string[] | null): boolean {
  const serving = teams.serving.get(teamspaceId) ?? NONE
  if (serving.size === 0) return false
  const staffed = teams.staffed[kind].get(teamspaceId) ?? NONE
  if (pool === null || !pool.some((team) => staffed.has(team))) return true
  return pool.some((team) => serving.has(team))
}
