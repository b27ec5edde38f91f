import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Member, type Place, pick, type Terms } from '../../../domain/chat-assignment/pick.ts'
import { assignmentMethods } from '../../../domain/words.ts'

const member = fc.record({
  permitted: fc.boolean(),
  online: fc.boolean(),
  onlineSince: fc.integer({ min: 1, max: 5 }),
  openChats: fc.integer({ min: 0, max: 4 }),
  tickets: fc.integer({ min: 0, max: 3 }),
  lastAssignedAt: fc.option(fc.integer({ min: 1, max: 5 })),
})

/** A pool of differently named members, in any order. */
const pool: fc.Arbitrary<Member[]> = fc.array(member, { maxLength: 8 }).chain((all) =>
  fc.shuffledSubarray(
    all.map(({ tickets, ...one }, index) => ({
      ...one,
      userId: `user-${index}`,
      onlineSince: one.online ? one.onlineSince : null,
      openConversations: one.openChats + tickets,
    })),
    { minLength: all.length },
  ),
)

const terms = fc.record({
  method: fc.constantFrom(...assignmentMethods),
  cap: fc.option(fc.integer({ min: 1, max: 4 })),
  transferorId: fc.option(fc.constantFrom('user-0', 'user-1')),
  place: fc.option(
    fc.record({
      onlineSince: fc.integer({ min: 1, max: 5 }),
      userId: fc.constantFrom('user-0', 'user-2', 'user-4'),
    }),
  ),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
})

/** Candidates by their definition: active, online, permitted, below the cap. */
function eligible(members: Member[], { cap, transferorId }: Terms): Member[] {
  return members.filter(
    (one) =>
      one.permitted &&
      one.online &&
      one.userId !== transferorId &&
      (cap === null || one.openChats < cap),
  )
}

const isAfter = (one: Member, { onlineSince, userId }: Place) =>
  (one.onlineSince ?? 0) > onlineSince || (one.onlineSince === onlineSince && one.userId > userId)

const earliest = (members: Member[]) =>
  members.reduce<Member | null>(
    (first, one) =>
      first && !isAfter(first, { onlineSince: one.onlineSince ?? 0, userId: one.userId })
        ? first
        : one,
    null,
  )

/** A plain model of whom each method must pick, one rule at a time. */
function expected(members: Member[], terms: Terms): string | null {
  const could = eligible(members, terms)
  if (terms.method === 'voluntary' || could.length === 0) return null
  if (terms.method === 'random') {
    const ids = could.map((one) => one.userId).sort()
    return ids[Math.floor(terms.random() * ids.length)] ?? null
  }
  if (terms.method === 'round_robin') {
    const { place } = terms
    const after = place ? could.filter((one) => isAfter(one, place)) : []
    return earliest(after.length > 0 ? after : could)?.userId ?? null
  }
  const least = Math.min(...could.map((one) => one.openConversations))
  const idle = could.filter((one) => one.openConversations === least)
  const since = Math.min(...idle.map((one) => one.lastAssignedAt ?? 0))
  const longest = idle.filter((one) => (one.lastAssignedAt ?? 0) === since)
  return longest.map((one) => one.userId).sort()[0] ?? null
}

test('every method picks whom the plain model picks', () => {
  fc.assert(
    fc.property(pool, terms, (members, { random, ...rest }) => {
      const under: Terms = { ...rest, random: () => random }
      const picked = pick([...members], under).picked?.userId ?? null
      expect(picked).toBe(expected(members, under))
    }),
    { numRuns: 2_000 },
  )
})

test('every member is a candidate or excluded, never both, and the picked one comes first', () => {
  fc.assert(
    fc.property(pool, terms, (members, { random, ...rest }) => {
      const { picked, candidates, excluded } = pick([...members], { ...rest, random: () => random })
      const named = [...candidates, ...excluded.map((one) => one.member)].map((one) => one.userId)
      expect(named.sort()).toEqual(members.map((one) => one.userId).sort())
      if (picked) expect(candidates[0]).toBe(picked)
    }),
  )
})

test('round robin picks everyone once before anyone twice', () => {
  fc.assert(
    fc.property(pool, (members) => {
      let place: Place | null = null
      const picks: string[] = []
      const could = members.filter((one) => one.permitted && one.online)
      for (const _ of could) {
        const random = () => 0
        const under: Terms = { method: 'round_robin', cap: null, transferorId: null, place, random }
        const { picked } = pick([...members], under)
        picks.push(picked?.userId ?? 'nobody')
        place = { onlineSince: picked?.onlineSince ?? 0, userId: picked?.userId ?? '' }
      }
      expect(picks.sort()).toEqual(could.map((one) => one.userId).sort())
    }),
  )
})

test('random gives every candidate the same share of the range', () => {
  const members = ['a', 'b', 'c', 'd'].map((userId) => ({
    userId,
    permitted: true,
    online: true,
    onlineSince: 1,
    openChats: 0,
    openConversations: 0,
    lastAssignedAt: null,
  }))
  const pickedAt = (random: number) =>
    pick([...members], {
      method: 'random',
      cap: 10,
      transferorId: null,
      place: null,
      random: () => random,
    }).picked?.userId
  const shares = Array.from({ length: 400 }, (_, index) => pickedAt(index / 400))
  for (const userId of ['a', 'b', 'c', 'd']) {
    expect(shares.filter((one) => one === userId)).toHaveLength(100)
  }
})
