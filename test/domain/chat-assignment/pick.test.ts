import { expect, test } from 'vitest'
import {
  type Member,
  pick as pickMember,
  type Terms,
} from '../../../domain/chat-assignment/pick.ts'

const terms: Terms = {
  method: 'balanced',
  cap: 10,
  transferorId: null,
  place: null,
  random: () => 0,
}

/** The pick by names alone. */
function pick(members: Member[], under: Terms) {
  const { picked, candidates, excluded } = pickMember(members, under)
  return {
    picked: picked?.userId ?? null,
    candidates: candidates.map((one) => one.userId),
    excluded: excluded.map(({ member, reason }) => [member.userId, reason]),
  }
}

function member(userId: string, about: Partial<Member> = {}): Member {
  return {
    userId,
    permitted: true,
    online: true,
    onlineSince: 1,
    openChats: about.openConversations ?? 0,
    openConversations: 0,
    lastAssignedAt: null,
    ...about,
  }
}

test('balanced picks who has the fewest open conversations', () => {
  const busy = member('a', { openConversations: 2 })
  const free = member('b', { openConversations: 1 })
  expect(pick([busy, free], terms)).toEqual({
    picked: 'b',
    candidates: ['b', 'a'],
    excluded: [],
  })
})

test.each([
  ['the longest since last assigned', { lastAssignedAt: 2 }, { lastAssignedAt: 1 }, 'b'],
  ['one who was never assigned', { lastAssignedAt: 1 }, { lastAssignedAt: null }, 'b'],
  ['the lower id', { lastAssignedAt: 1 }, { lastAssignedAt: 1 }, 'a'],
])('of equally loaded ones it picks %s', (_name, a, b, picked) => {
  expect(pick([member('b', b), member('a', a)], terms).picked).toBe(picked)
})

test('nobody is picked beyond the cap, which counts chats and not tickets', () => {
  const full = member('a', { openChats: 10, openConversations: 10 })
  const ticketed = member('b', { openChats: 9, openConversations: 30 })
  const decision = pick([full, ticketed], terms)
  expect(decision.picked).toBe('b')
  expect(decision.excluded).toEqual([['a', 'at_capacity']])
  expect(pick([full], { ...terms, cap: null }).picked).toBe('a')
})

test('an exclusion names the first of its reasons', () => {
  const all = { permitted: false, online: false, openChats: 10 }
  const reasonOf = (about: Partial<Member>, transferorId: string | null) =>
    pick([member('a', about)], { ...terms, transferorId }).excluded[0]?.[1]
  expect(reasonOf(all, 'a')).toBe('not_permitted')
  expect(reasonOf({ ...all, permitted: true }, 'a')).toBe('transferor')
  expect(reasonOf({ ...all, permitted: true }, null)).toBe('away')
  expect(reasonOf({ openChats: 10 }, null)).toBe('at_capacity')
})

test('an empty pool picks nobody', () => {
  expect(pick([], terms).picked).toBeNull()
})
