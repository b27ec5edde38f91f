import type { Whereabouts } from '../../domain/conversation.ts'
import { maySee } from '../../domain/permission.ts'
import type { Principal } from '../../domain/principals.ts'
import { type Memberships, teamsThere } from '../people/memberships.ts'
import type { EventType } from '../schema.ts'
import type { EventRow } from './record.ts'

/** Who reads events, with their present grants and, of a user, the teams as they are now. */
export type EventReader = { principal: Principal; memberships: Memberships | null }

/** The part of an event that decides who sees it. */
export type Seen = Omit<EventRow, 'position' | 'at'>

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
 * Whether a principal may see an event: their present grants reach the conversation where it was
 * after it, or, of a parting, before. Live and listed.
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

/** Who asked knows of it, also when they may not see the conversation. */
function isRefusalOf(principal: Principal, { type, data }: Seen): boolean {
  if (type !== 'command.refused') return false
  const { actor } = data as { actor: { type: string; id: string } | null }
  return actor?.type === principal.type && actor.id === principal.id
}

function reachesIt({ principal, memberships }: EventReader, event: Seen, where: Whereabouts) {
  const { conversationKind: kind, teamspaceId } = event
  if (kind === null || teamspaceId === null) return false
  return maySee(principal, kind, where, teamsThere(memberships, { kind, teamspaceId }))
}
