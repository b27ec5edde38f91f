import { grantsFor, type Principal } from '../../domain/principals.ts'
import type { ConversationKind, GrantScope } from '../../domain/words.ts'
import type { EventType, Whereabouts } from '../schema.ts'
import type { EventRow } from './record.ts'

/** Who reads events, with his present grants and the teams as they are now. */
export type EventReader = { principal: Principal; teams: Teams }

export type Teams = {
  /** Those he is in. */
  his: ReadonlySet<string>
  /** By teamspace, those he is in that are linked to it. */
  serving: ReadonlyMap<string, ReadonlySet<string>>
  /** By kind and teamspace, those linked to it that somebody active is in who may hold the kind. */
  staffed: Record<ConversationKind, ReadonlyMap<string, ReadonlySet<string>>>
}

/** What of an event decides who sees it. */
export type Seen = Omit<EventRow, 'position' | 'at'>

const NONE: ReadonlySet<string> = new Set()

/**
 * Whether whoever the conversation leaves is told too: of where it goes, and of how it ended.
 * What is said and set there from then on is for those who see it then, as it is for reads.
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
 * Whether a principal may see an event: their present grants reach the conversation where it was
 * after it, or, of a parting, before. What `reaches` is for a conversation, this is for an event;
 * live and listed.
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

/** Who asked knows of it, also when he may not see the conversation. */
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
  return scope === 'team' && where.teamId !== null && teams.his.has(where.teamId)
}

/** A pool of teams that nobody is left in who may hold it is anyone in the teamspace. */
function isInPool(teams: Teams, { kind, teamspaceId }: Of, pool: string[] | null): boolean {
  const serving = teams.serving.get(teamspaceId) ?? NONE
  if (serving.size === 0) return false
  const staffed = teams.staffed[kind].get(teamspaceId) ?? NONE
  if (pool === null || !pool.some((team) => staffed.has(team))) return true
  return pool.some((team) => serving.has(team))
}
