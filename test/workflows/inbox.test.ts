import { expect, test } from 'vitest'
import type { Command } from '../../domain/conversation.ts'
import { Inbox } from '../../workflows/inbox.ts'

const command = (commandId: string): Command => ({ commandId, kind: 'status', actor: null })
const idsOf = ({ commands }: Inbox) => commands.map(({ commandId }) => commandId)

test('commands keep the order of their signals, each in one place', () => {
  const inbox = new Inbox([command('left')])
  for (const id of ['first', 'second', 'second', 'first']) inbox.receive(command(id))
  expect(idsOf(inbox)).toEqual(['left', 'first', 'second'])
})

test('the signal of a command that is being settled is not forgotten', () => {
  const inbox = new Inbox()
  inbox.receive(command('revived'))
  inbox.receive(command('revived'))
  expect(inbox.removeFirst()).toBe(true)
  inbox.receive(command('revived'))
  expect(idsOf(inbox)).toEqual(['revived'])
  expect(inbox.removeFirst()).toBe(false)
})

test('a command that only waited was not signalled again while it was settled', () => {
  const inbox = new Inbox()
  for (const id of ['first', 'second', 'second']) inbox.receive(command(id))
  expect([inbox.removeFirst(), inbox.removeFirst()]).toEqual([false, false])
})
