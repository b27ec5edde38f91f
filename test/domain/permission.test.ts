import { expect, test } from 'vitest'
import { poolNow } from '../../domain/chat-assignment/pool.ts'
import { type Met, mayTakeOver, whyNotTarget } from '../../domain/permission.ts'
import type { Grants, UserPrincipal } from '../../domain/principals.ts'

const met: Met = {
  kind: 'chat',
  status: 'open',
  plan: 'free',
  assigneeUserId: 'noor',
  assigneeAiAgentId: null,
  originAiAgentId: 'ava',
  queueCause: null,
  manageable: true,
  awaitsThem: false,
}
const nothing: Grants = { view: 'none', manage: 'none', transfer: false }
const team: Grants = { view: 'all', manage: 'team', transfer: true }

function mia(livechats: Grants): UserPrincipal {
  const of = { id: 'mia', workspaceId: 'w', name: 'Mia', isAdmin: false }
  return { type: 'user', ...of, livechats, tickets: nothing }
}

const byAi = { assigneeUserId: null, assigneeAiAgentId: 'ava' }
const waiting = { assigneeUserId: null, queueCause: 'handoff', manageable: false } as const

test.each<[what: string, of: Partial<Met>, grants: Partial<Grants>, may: boolean]>([
  ['a colleague’s that they manage', {}, {}, true],
  ['a colleague’s that they do not manage', { manageable: false }, {}, false],
  ['a colleague’s without the grant to transfer', {}, { transfer: false }, false],
  ['one of a kind they have no grant for', { kind: 'ticket' }, {}, false],
  ['an AI agent’s while they manage those of their teams', byAi, {}, false],
  ['an AI agent’s while they manage all', byAi, { manage: 'all' }, true],
  ['what waits for them', { ...waiting, awaitsThem: true }, { transfer: false }, true],
  ['what waits for them and they may not hold', { ...waiting, awaitsThem: true }, nothing, false],
  ['what waits for others', waiting, {}, false],
])('who may take over: %s', (_, of, grants, may) => {
  expect(mayTakeOver({ ...met, ...of }, mia({ ...team, ...grants }))).toBe(may)
})

test('who may not be a target is told the first of the reasons', () => {
  const fit = { isActive: true, serves: true, mayHold: true }
  expect(whyNotTarget(fit)).toBe(null)
  expect(whyNotTarget({ ...fit, mayHold: false })).toBe('no_grant')
  expect(whyNotTarget({ ...fit, serves: false, mayHold: false })).toBe('not_in_teamspace')
  expect(whyNotTarget({ isActive: false, serves: false, mayHold: false })).toBe('inactive')
})

test('a pool is its teams while somebody is left in one of them, else anyone', () => {
  const isStaffed = (teamId: string) => teamId === 'support'
  expect(poolNow(['billing', 'support'], isStaffed)).toEqual(['billing', 'support'])
  expect(poolNow(['billing'], isStaffed)).toBe(null)
  expect(poolNow([], isStaffed)).toBe(null)
  expect(poolNow(null, isStaffed)).toBe(null)
})
