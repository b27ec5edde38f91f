import type { Decision } from '../../db/schema.ts'

/** A member of the targeted pool, with what Chat Assignment weighs. */
export type Member = {
  userId: string
  permitted: boolean
  online: boolean
  /** Open, pending and overdue chats he holds in any teamspace: what the cap counts. */
  openChats: number
  /** The same with tickets: his load. */
  openConversations: number
  /** Milliseconds since 1970 of his last assignment; null when he never had one. */
  lastAssignedAt: number | null
}

/** What one pick is made under. */
export type Terms = {
  /** No candidate at or above it; null where the cap does not apply (tickets). */
  cap: number | null
  /** The holder a team transfer leaves. */
  transferorId: string | null
}

type Exclusion = Decision['excluded'][number]

/** Picks one member, or nobody, and says why. Pure. Source: "Chat Assignment" of the domain. */
export function pick(members: readonly Member[], terms: Terms): Decision {
  const excluded: Exclusion[] = []
  const candidates: Member[] = []
  for (const member of members) {
    const reason = whyExcluded(member, terms)
    if (reason) excluded.push({ userId: member.userId, reason })
    else candidates.push(member)
  }
  candidates.sort(balanced)
  return {
    method: 'balanced',
    picked: candidates[0]?.userId ?? null,
    candidates: candidates.map((one) => ({ userId: one.userId, load: one.openConversations })),
    excluded,
  }
}

function whyExcluded(member: Member, { cap, transferorId }: Terms): Exclusion['reason'] | null {
  if (!member.permitted) return 'not_permitted'
  if (member.userId === transferorId) return 'transferor'
  if (!member.online) return 'away'
  if (cap !== null && member.openChats >= cap) return 'at_capacity'
  return null
}

/** Fewest open conversations; tie → longest since last assigned; tie → user id. */
function balanced(a: Member, b: Member): number {
  return (
    a.openConversations - b.openConversations ||
    (a.lastAssignedAt ?? 0) - (b.lastAssignedAt ?? 0) ||
    (a.userId < b.userId ? -1 : 1)
  )
}
