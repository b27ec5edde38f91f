import type { AssignmentMethod } from '../words.ts'

/** A member of the targeted pool, with what Chat Assignment weighs. */
export type Member = {
  userId: string
  permitted: boolean
  online: boolean
  /** Milliseconds since 1970; null when away. */
  onlineSince: number | null
  /** Open, pending and overdue chats they hold in any teamspace: what the cap counts. */
  openChats: number
  /** The same with tickets: their load. */
  openConversations: number
  /** Milliseconds since 1970 of their last assignment; null when they never had one. */
  lastAssignedAt: number | null
}

/** The last one picked by round robin: the next is who came online after them. */
export type Place = { onlineSince: number; userId: string }

/** What one pick is made under. */
export type Terms = {
  method: AssignmentMethod
  /** No candidate at or above it; null where the cap does not apply (tickets). */
  cap: number | null
  /** The holder a team transfer leaves. */
  transferorId: string | null
  /** Null when nobody was picked yet. */
  place: Place | null
  /** Uniform in [0, 1). */
  random: () => number
}

export type Reason = 'away' | 'at_capacity' | 'not_permitted' | 'transferor'

/** Who was picked, or nobody; who else could have been, the picked one first; and who could not, and why. */
export type Pick = {
  picked: Member | null
  candidates: Member[]
  excluded: { member: Member; reason: Reason }[]
}

/** Picks one member, or nobody. Pure. Source: "Chat Assignment" of the domain. */
export function pick(members: readonly Member[], terms: Terms): Pick {
  const { candidates, excluded } = sift(members, terms)
  const ordered = orders[terms.method](candidates, terms)
  const picked = terms.method === 'voluntary' ? null : (ordered[0] ?? null)
  return { picked, candidates: ordered, excluded }
}

/** Who could be picked, in no order, and who could not, and why. */
export function sift(members: readonly Member[], terms: Terms): Omit<Pick, 'picked'> {
  const excluded: Pick['excluded'] = []
  const candidates: Member[] = []
  for (const member of members) {
    const reason = whyExcluded(member, terms)
    if (reason) excluded.push({ member, reason })
    else candidates.push(member)
  }
  return { candidates, excluded }
}

function whyExcluded(member: Member, { cap, transferorId }: Terms): Reason | null {
  if (!member.permitted) return 'not_permitted'
  if (member.userId === transferorId) return 'transferor'
  if (!member.online) return 'away'
  if (cap !== null && member.openChats >= cap) return 'at_capacity'
  return null
}

type Order = (candidates: Member[], terms: Terms) => Member[]

/** Each method's order of the candidates: the first is picked. */
const orders: Record<AssignmentMethod, Order> = {
  balanced: (candidates) => candidates.sort(fewestOpen),
  round_robin: (candidates, { place }) => fromPlaceOn(candidates.sort(cameOnline), place),
  random: (candidates, { random }) => anyFirst(candidates.sort(byId), random),
  voluntary: (candidates) => candidates.sort(byId),
}

/** Fewest open conversations; tie → longest since last assigned; tie → user id. */
function fewestOpen(a: Member, b: Member): number {
  return (
    a.openConversations - b.openConversations ||
    (a.lastAssignedAt ?? 0) - (b.lastAssignedAt ?? 0) ||
    byId(a, b)
  )
}

function cameOnline(a: Place | Member, b: Place | Member): number {
  return (a.onlineSince ?? 0) - (b.onlineSince ?? 0) || byId(a, b)
}

function byId(a: { userId: string }, b: { userId: string }): number {
  return a.userId < b.userId ? -1 : a.userId > b.userId ? 1 : 0
}

/** The order in which they came online, going on after the last one picked. */
function fromPlaceOn(inOrder: Member[], place: Place | null): Member[] {
  if (place === null) return inOrder
  const next = inOrder.findIndex((member) => cameOnline(member, place) > 0)
  return next <= 0 ? inOrder : [...inOrder.slice(next), ...inOrder.slice(0, next)]
}

function anyFirst(candidates: Member[], random: () => number): Member[] {
  const index = Math.floor(random() * candidates.length)
  const chosen = candidates[index]
  return chosen ? [chosen, ...candidates.filter((one) => one !== chosen)] : candidates
}
