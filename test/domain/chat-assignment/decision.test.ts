import { expect, test } from 'vitest'
import { decisionOf } from '../../../domain/chat-assignment/decision.ts'
import { type Member, pick } from '../../../domain/chat-assignment/pick.ts'

const members = (count: number, about: Partial<Member>): Member[] =>
  Array.from({ length: count }, (_, n) => ({
    userId: `${about.online ? 'on' : 'off'}-${String(count - n).padStart(3, '0')}`,
    permitted: true,
    online: true,
    onlineSince: n,
    openChats: 0,
    openConversations: n,
    lastAssignedAt: null,
    ...about,
  }))

const terms = {
  method: 'balanced',
  cap: 10,
  transferorId: null,
  place: null,
  random: () => 0,
} as const

test('of a large pool fifty candidates and fifty excluded are recorded, and how many more there were', () => {
  const pool = [...members(60, { online: true }), ...members(57, { online: false })]
  const decision = decisionOf('balanced', pick(pool, terms))
  expect(decision.candidates).toHaveLength(50)
  expect(decision.candidates[0]).toEqual({ userId: decision.picked, load: 0 })
  expect(decision).toMatchObject({ moreCandidates: 10, moreExcluded: 7 })
  expect(decision.excluded.map(({ userId }) => userId)).toEqual(
    Array.from({ length: 50 }, (_, n) => `off-${String(n + 1).padStart(3, '0')}`),
  )
})

test('of a small pool everybody is', () => {
  const decision = decisionOf('balanced', pick(members(50, { online: true }), terms))
  expect(decision.candidates).toHaveLength(50)
  expect(decision).not.toHaveProperty('moreCandidates')
  expect(decision).not.toHaveProperty('moreExcluded')
})
