import { expect, test } from 'vitest'
import type { Member } from '../../../domain/chat-assignment/pick.ts'
import { reserve } from '../../../domain/chat-assignment/reserve.ts'

const CAP = 2

function member(userId: string, openChats = 0): Member {
  const there = { permitted: true, online: true, onlineSince: 0, lastAssignedAt: null }
  return { userId, ...there, openChats, openConversations: openChats }
}

const [ann, ben, cleo] = [member('ann'), member('ben', 1), member('cleo', 1)]

function waits(candidates: Member[], kind: 'chat' | 'ticket' = 'chat') {
  return { kind, candidates, unlistedFor: [] as Member[] }
}

test('as many of one pool are served as there are free slots, the first ones', () => {
  const pool = [ann, ben]
  const four = [waits(pool), waits(pool), waits(pool), waits(pool)]
  const { served, isLeft } = reserve(four, CAP)
  expect(served).toEqual(four.slice(0, 3))
  expect(isLeft(ann, 'chat')).toBe(false)
})

test('what comes later has a slot as soon as there is one more than wait', () => {
  const pool = [ann, ben]
  expect(reserve([waits(pool), waits(pool)], CAP).isLeft(ben, 'chat')).toBe(true)
  expect(reserve([waits(pool), waits(pool), waits(pool)], CAP).isLeft(ben, 'chat')).toBe(false)
})

test('what waits for others holds nobody back', () => {
  const { isLeft } = reserve([waits([ben]), waits([ben])], CAP)
  expect(isLeft(ben, 'chat')).toBe(false)
  expect(isLeft(cleo, 'chat')).toBe(true)
})

test('a slot is kept for one that may lose its other candidate to what waits even longer', () => {
  const first = waits([ann, ben])
  const second = waits([ben, cleo])
  const third = waits([cleo])
  const oneSlotEach = [first, second, third].map((one) => ({
    ...one,
    candidates: one.candidates.map(({ userId }) => member(userId)),
  }))
  expect(reserve(oneSlotEach, 1).served).toEqual(oneSlotEach.slice(0, 2))
})

test('tickets take no slots and lack none', () => {
  const full = [member('ann', CAP)]
  const { served, isLeft } = reserve([waits(full, 'ticket'), waits([ann])], CAP)
  expect(served).toHaveLength(2)
  expect(isLeft(ann, 'chat')).toBe(true)
  expect(reserve([waits([ben])], CAP).isLeft(ben, 'ticket')).toBe(true)
})

test('nothing comes after those that are not listed', () => {
  const last = { ...waits([ann, ben]), unlistedFor: [ann, ben] }
  const { isLeft } = reserve([last], CAP)
  expect([isLeft(ann, 'chat'), isLeft(ben, 'chat'), isLeft(cleo, 'chat')]).toEqual([
    false,
    false,
    true,
  ])
})
