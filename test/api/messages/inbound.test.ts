import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import {
  aChat,
  aClosedChat,
  aLivechat,
  aQueuedChat,
  aSleepingTeam,
  aTicket,
  type Talk,
  told,
} from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'
import { kindsTo } from '../notifications/told.ts'

const PATIENCE = { timeout: 10_000 }

let api: TestApi
let w: Workspace
let mia: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  mia = await w.user('Mia', { online: false })
})
afterAll(() => api.close())

const says = (chat: Talk, text = 'Hello?') =>
  chat.does(w.channel, 'messages', { text, from: 'player' })

/** The conversation once it has that status. */
async function onceIt(is: string, talk: Talk) {
  await expect.poll(async () => (await talk.now()).status, PATIENCE).toBe(is)
  return talk.now()
}

const kinds: [kind: string, make: () => Promise<Talk>][] = [
  ['a chat', () => aLivechat(w, mia)],
  ['a ticket', () => aTicket(w, mia)],
]

test('a player’s message is stored as theirs, under the present epoch', async () => {
  const chat = await aLivechat(w, mia)
  const message = await says(chat)
  expect(message).toEqual({
    id: expect.any(String),
    conversationId: chat.id,
    author: { type: 'player', id: 'player-1' },
    text: 'Hello?',
    epoch: 2,
    sentAt: expect.any(String),
  })
  expect(await chat.messages(mia)).toEqual([message])
})

const untouched: [what: string, make: () => Promise<Talk>][] = [
  ['a chat of an AI agent', () => aChat(w)],
  ['a livechat', () => aLivechat(w, mia)],
  ['a queued chat', async () => aQueuedChat(w, await aSleepingTeam(w))],
  [
    'a pending ticket',
    async () => {
      const ticket = await aTicket(w, mia)
      await ticket.does(mia, 'status', { status: 'pending' })
      return ticket
    },
  ],
]

test.each(untouched)('%s stays as it is', async (_what, make) => {
  const talk = await make()
  const before = await talk.now()
  const { sentAt } = await says(talk)
  expect(await talk.now()).toEqual({ ...before, lastMessageAt: sentAt })
})

test.each(kinds)('%s that is resolved opens for the same Assignee', async (_kind, make) => {
  const talk = await make()
  await talk.does(mia, 'status', { status: 'resolved' })
  const { epoch, version } = await talk.now()
  await says(talk)
  expect(await onceIt('open', talk)).toMatchObject({
    assignee: { id: mia.id },
    epoch,
    version: version + 1,
  })
})

test('a closed ticket opens for its Assignee', async () => {
  const ticket = await aTicket(w, mia)
  await ticket.does(mia, 'close')
  await says(ticket)
  expect(await onceIt('open', ticket)).toMatchObject({
    assignee: { id: mia.id },
    epoch: 1,
    closedAt: null,
  })
  await ticket.does(mia, 'messages', { text: 'Again' })
})

test('a closed chat opens, held by its AI agent under the same epoch, and may be taken over', async () => {
  const chat = await aClosedChat(w, mia)
  const closed = await chat.now()
  const message = await says(chat)
  expect(message.epoch).toBe(closed.epoch)
  expect(await onceIt('open', chat)).toMatchObject({
    assignee: closed.assignee,
    epoch: closed.epoch,
    closedAt: null,
  })
  const taken = await chat.does(w.admin, 'takeover', {
    message: { text: 'Me again' },
    expectedEpoch: closed.epoch,
  })
  expect(taken.conversation.assignee.id).toBe(w.admin.id)
})

test('many messages at once open a resolved conversation once', async () => {
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'status', { status: 'resolved' })
  await Promise.all(Array.from({ length: 5 }, (_, n) => says(chat, `${n}`)))
  expect(await onceIt('open', chat)).toMatchObject({ version: 4, epoch: 2 })
  expect(await chat.messages()).toHaveLength(5)
})

test('it is no command that anybody can read', async () => {
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'status', { status: 'resolved' })
  await says(chat)
  const kinds = (await chat.commands()).map((one: { kind: string }) => one.kind)
  expect(kinds).toEqual(['handoff', 'status'])
})

test('what opens for an Assignee who was deactivated is queued', async () => {
  const gone = await w.user('Gone', { online: false })
  const chat = await aLivechat(w, gone)
  await chat.does(gone, 'status', { status: 'resolved' })
  expectStatus(await w.admin.patch(`/v1/users/${gone.id}`, { active: false }), 200)
  expect((await chat.now()).assignee.id).toBe(gone.id)
  await says(chat)
  expect(await onceIt('pending', chat)).toMatchObject({ assignee: null, epoch: 3 })
  expect((await chat.assignments()).at(-1)).toMatchObject({
    cause: 'deactivation',
    actor: null,
    from: { type: 'user', id: gone.id },
    to: null,
  })
})

test('an Assignee who was deactivated is not told', async () => {
  const gone = await w.user('Gone', { online: false })
  const chat = await aLivechat(w, gone)
  await says(chat)
  await chat.does(gone, 'status', { status: 'resolved' })
  expectStatus(await w.admin.patch(`/v1/users/${gone.id}`, { active: false }), 200)
  await says(chat)
  await onceIt('pending', chat)
  expectStatus(await w.admin.patch(`/v1/users/${gone.id}`, { active: true }), 200)
  expect(await kindsTo(gone, chat)).toEqual(['transferred_away', 'message', 'assigned'])
})

test('the message of another workspace’s channel reaches nobody', async () => {
  const chat = await aLivechat(w, mia)
  const other = await aWorkspace(api)
  const refused = await chat.by(other.channel, 'messages', { text: 'Hi', from: 'player' })
  expect(told(refused)).toEqual({ status: 404, code: 'not_found' })
  expect(await chat.messages()).toEqual([])
})
