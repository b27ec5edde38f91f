import { expect, test } from 'vitest'
import type { Command, ConversationState } from '../../domain/conversation.ts'
import { judge } from '../../domain/rules.ts'
import type { Actor, Holder, RefusalCode } from '../../domain/words.ts'

const mia: Holder = { type: 'user', id: 'mia' }
const noor: Holder = { type: 'user', id: 'noor' }
const ava: Holder = { type: 'ai_agent', id: 'ava' }
const other: Holder = { type: 'ai_agent', id: 'other' }
const channel: Actor = { type: 'api_key', id: 'web' }

const base: ConversationState = {
  id: 'c',
  workspaceId: 'w',
  teamspaceId: 't',
  kind: 'chat',
  status: 'open',
  assignee: mia,
  teamId: null,
  originAiAgentId: 'ava',
  epoch: 3,
  version: 4,
  queue: null,
}
const since = '2026-01-01T00:00:00.000Z'
const states = {
  'held by Mia': base,
  'held by its AI agent': { ...base, assignee: ava },
  'queued by a handoff': {
    ...base,
    status: 'pending' as const,
    assignee: null,
    queue: { cause: 'handoff' as const, since },
  },
  'queued by a team transfer': {
    ...base,
    status: 'pending' as const,
    assignee: null,
    queue: { cause: 'team_transfer' as const, since },
  },
  'resolved by Mia': { ...base, status: 'resolved' as const },
  'a closed chat': { ...base, status: 'closed' as const, assignee: ava },
  'a closed ticket': { ...base, kind: 'ticket' as const, status: 'closed' as const },
} satisfies Record<string, ConversationState>

type Row = [
  state: keyof typeof states,
  kind: Command['kind'],
  actor: Actor | null,
  verdict: RefusalCode | null,
]
const table: Row[] = [
  ['held by its AI agent', 'handoff', ava, null],
  ['held by its AI agent', 'handoff', channel, null],
  ['held by its AI agent', 'handoff', other, 'not_assignee'],
  ['held by Mia', 'handoff', channel, 'not_assignee'],
  ['queued by a handoff', 'handoff', channel, 'not_assignee'],
  ['a closed chat', 'handoff', channel, null],
  ['a closed ticket', 'handoff', channel, 'conversation_closed'],
  ['held by Mia', 'transfer', mia, null],
  ['held by Mia', 'transfer', noor, 'not_assignee'],
  ['queued by a handoff', 'transfer', mia, 'not_assignee'],
  ['resolved by Mia', 'transfer', mia, null],
  ['a closed chat', 'transfer', mia, 'conversation_closed'],
  ['held by Mia', 'team_transfer', mia, null],
  ['held by Mia', 'team_transfer', noor, 'not_assignee'],
  ['held by Mia', 'takeover', noor, null],
  ['held by Mia', 'takeover', mia, 'already_assignee'],
  ['held by its AI agent', 'takeover', mia, null],
  ['queued by a handoff', 'takeover', mia, null],
  ['resolved by Mia', 'takeover', noor, null],
  ['a closed chat', 'takeover', mia, 'conversation_closed'],
  ['a closed ticket', 'takeover', noor, 'conversation_closed'],
  ['held by Mia', 'close', mia, null],
  ['held by Mia', 'close', noor, 'not_assignee'],
  ['held by its AI agent', 'close', ava, null],
  ['a closed chat', 'close', ava, 'conversation_closed'],
  ['queued by a handoff', 'cancel_handoff', channel, null],
  ['queued by a team transfer', 'cancel_handoff', channel, 'not_queued'],
  ['held by Mia', 'cancel_handoff', channel, 'not_queued'],
  ['a closed chat', 'cancel_handoff', channel, 'conversation_closed'],
  ['held by Mia', 'status', mia, null],
  ['held by Mia', 'status', noor, 'not_assignee'],
  ['a closed ticket', 'status', mia, 'conversation_closed'],
  ['held by Mia', 'reply', mia, null],
  ['held by Mia', 'reply', ava, 'not_assignee'],
  ['resolved by Mia', 'reply', mia, null],
  ['a closed chat', 'reply', ava, null],
  ['a closed chat', 'reply', mia, 'conversation_closed'],
  ['a closed ticket', 'reply', mia, 'conversation_closed'],
  ['resolved by Mia', 'inbound', channel, null],
  ['a closed chat', 'inbound', channel, null],
  ['a closed ticket', 'inbound', channel, null],
  ['held by Mia', 'requeue', null, null],
  ['held by its AI agent', 'reclaim', null, null],
]

test.each(table)('%s: %s by %o → %s', (state, kind, actor, verdict) => {
  expect(judge(states[state], { commandId: 'x', kind, actor })).toBe(verdict)
})

test.each([
  ['another epoch comes before who holds it', { expectedEpoch: 2 }, 'assignee_changed'],
  ['the present epoch is no obstacle', { expectedEpoch: 3 }, 'not_assignee'],
] as const)('%s', (_name, named, verdict) => {
  const command: Command = { commandId: 'x', kind: 'transfer', actor: noor, ...named }
  expect(judge(base, command)).toBe(verdict)
})

test('closed comes before another epoch', () => {
  const command: Command = { commandId: 'x', kind: 'close', actor: mia, expectedEpoch: 1 }
  expect(judge(states['a closed ticket'], command)).toBe('conversation_closed')
})

test('a claim of what is no longer queued is told that the Assignee changed, even to the claimer themselves', () => {
  const claim: Command = { commandId: 'x', kind: 'takeover', actor: mia, claim: true }
  expect(judge(base, claim)).toBe('assignee_changed')
  expect(judge(states['queued by a handoff'], claim)).toBeNull()
})

test.each(['transfer', 'team_transfer'] as const)(
  'a %s of a shift change is judged by whose conversations are passed on',
  (kind) => {
    const command = (holderId: string): Command => ({
      commandId: 'cmd',
      kind,
      actor: noor as Actor,
      holderId,
    })
    expect(judge(base, command('mia'))).toBeNull()
    expect(judge(base, command('noor'))).toBe('not_assignee')
    expect(judge(states['queued by a handoff'], command('mia'))).toBe('not_assignee')
  },
)
