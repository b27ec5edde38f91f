import { expect, test } from 'vitest'
import { noticesOf } from '../../activities/settle/notices.ts'
import type { AssignmentRow } from '../../db/conversations/assignments.ts'

const user = (id: string | null) => (id === null ? {} : { actorType: 'user', actorId: id })

/** An assignment by a user, or by the service (null), from one user to another (null: nobody). */
function assigned(by: string | null, from: string | null, to: string | null, cause = 'transfer') {
  const row = { actorType: null, actorId: null, ...user(by), fromUserId: from, toUserId: to, cause }
  return row as AssignmentRow
}

const note = 'Early shift'

test.each([
  ['their own transfer', assigned('mia', 'mia', 'noor'), ['noor assigned']],
  ['a shift change', assigned('admin', 'mia', 'noor'), ['noor assigned', 'mia transferred_away']],
  ['a shift change to oneself', assigned('admin', 'mia', 'admin'), ['mia transferred_away']],
  ['a shift change of one’s own', assigned('admin', 'admin', 'noor'), ['noor assigned']],
  ['a deactivation', assigned(null, 'mia', 'noor'), ['noor assigned', 'mia transferred_away']],
  ['a requeue', assigned(null, 'mia', null), ['mia transferred_away']],
  ['a takeover', assigned('noor', 'mia', 'noor', 'takeover'), ['mia taken_over']],
  ['a claim', assigned('noor', null, 'noor', 'takeover'), []],
  ['a close', assigned('mia', 'mia', null, 'close'), []],
])('%s tells whom it concerns', (_what, assignment, expected) => {
  const notices = noticesOf(assignment, { note, claimants: [] })
  expect(notices.map(({ userId, kind }) => `${userId} ${kind}`)).toEqual(expected)
})

test('the note is for the new Assignee alone', () => {
  const notices = noticesOf(assigned('admin', 'mia', 'noor'), { note, claimants: [] })
  expect(notices.filter((one) => one.note)).toEqual([{ userId: 'noor', kind: 'assigned', note }])
})

test('everybody who may claim it is told, except the one who let it wait', () => {
  const requeued = assigned('mia', 'mia', null, 'team_transfer')
  const notices = noticesOf(requeued, { note, claimants: ['mia', 'noor'] })
  expect(notices).toEqual([{ userId: 'noor', kind: 'queued' }])
})

test('an AI agent or API key is never mistaken for a user', () => {
  const byKey = { ...assigned(null, null, 'mia'), actorType: 'api_key', actorId: 'mia' } as const
  expect(noticesOf(byKey, { note: null, claimants: [] })).toHaveLength(1)
})
