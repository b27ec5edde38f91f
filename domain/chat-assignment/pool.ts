import type { AssignmentMethod, ConversationKind } from '../words.ts'
import { type Member, sift, type Terms } from './pick.ts'

/** What Chat Assignment goes by in a teamspace. */
export type ChatAssignment = { method: AssignmentMethod; maxChatsPerAgent: number }

/** Somebody active who serves in a teamspace, with what Chat Assignment weighs; instants in milliseconds since 1970. */
export type Serving = {
  userId: string
  /** Their teams in the teamspace. */
  teamIds: string[]
  mayHoldChats: boolean
  mayHoldTickets: boolean
  online: boolean
  onlineSince: number | null
  lastAssignedAt: number | null
  openChats: number
  openConversations: number
}

/** For whom a conversation is meant: these teams, in this order, or anyone in the teamspace (null). */
export type Wanted = {
  kind: ConversationKind
  teamIds: string[] | null
  /** The holder a team transfer leaves. */
  transferorId: string | null
}

/**
 * The teams of a pool as it is now: one in which nobody is left who may hold the conversation is
 * anyone in the teamspace (null). In SQL: `isInPool` of db/chat-assignment/pool.ts.
 */
export function poolNow(
  teamIds: string[] | null,
  isStaffed: (teamId: string) => boolean,
): string[] | null {
  return teamIds?.some(isStaffed) ? teamIds : null
}

/** The pool as it is now, with who serves in it; whether it came to be anyone. */
export type Pool = { teamIds: string[] | null; serving: Serving[]; fellBack: boolean }

export function resolvePool(
  everyone: Serving[],
  { kind, teamIds }: Pick<Wanted, 'kind' | 'teamIds'>,
): Pool {
  const staff = everyone.filter((one) => mayHold(one, kind))
  const now = poolNow(teamIds, (team) => staff.some((one) => one.teamIds.includes(team)))
  const serving = now
    ? everyone.filter((one) => one.teamIds.some((team) => now.includes(team)))
    : everyone
  return { teamIds: now, serving, fellBack: teamIds !== null && now === null }
}

function mayHold(one: Serving, kind: ConversationKind): boolean {
  return kind === 'chat' ? one.mayHoldChats : one.mayHoldTickets
}

/** A pool's users as the pick weighs them for this kind of conversation. */
export function membersOf(serving: Serving[], kind: ConversationKind): Member[] {
  return serving.map((one) => ({
    userId: one.userId,
    permitted: mayHold(one, kind),
    online: one.online,
    onlineSince: one.onlineSince,
    openChats: one.openChats,
    openConversations: one.openConversations,
    lastAssignedAt: one.lastAssignedAt,
  }))
}

/** The terms of a pick, but for what round robin remembers. The cap does not bind tickets. */
export function termsOf(settings: ChatAssignment, { kind, transferorId }: Wanted): Terms {
  const { method, maxChatsPerAgent } = settings
  const cap = kind === 'chat' ? maxChatsPerAgent : null
  return { method, cap, transferorId, place: null, random: Math.random }
}

/** Who could be picked now for what waits, in no order. */
export function candidatesFor(
  everyone: Serving[],
  settings: ChatAssignment,
  wanted: Wanted,
): Member[] {
  const members = membersOf(resolvePool(everyone, wanted).serving, wanted.kind)
  const terms = termsOf(settings, { ...wanted, transferorId: lapsing(members, wanted) })
  return sift(members, terms).candidates
}

/** While it waits, whoever left it is no candidate, unless nobody else permitted is in the pool. */
export function lapsing(members: Member[], { transferorId }: Wanted): string | null {
  const others = members.some((one) => one.permitted && one.userId !== transferorId)
  return others ? transferorId : null
}
