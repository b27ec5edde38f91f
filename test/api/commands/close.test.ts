import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import {
  aChat,
  aClosedChat,
  aLivechat,
  aQueuedChat,
  aRole,
  aSleepingTeam,
  aTicket,
  told,
} from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api, { plan: 'free' })
  const own = { view: 'own', manage: 'own' }
  const roleId = await aRole(w, { livechats: own, tickets: own })
  mia = await w.user('Mia', { online: false, roleId })
})
afterAll(() => api.close())

test('a closed chat returns to the AI agent it came from', async () => {
  const chat = await aLivechat(w, mia)
  const before = await chat.now()
  const body = await chat.does(mia, 'close', { note: 'Refunded', expectedEpoch: before.epoch })
  const origin = { type: 'ai_agent', id: before.originAiAgentId }
  expect(body).toMatchObject({
    command: { kind: 'close', outcome: 'accepted', actor: { type: 'user', id: mia.id } },
    conversation: {
      status: 'closed',
      assignee: origin,
      originAiAgentId: origin.id,
      epoch: before.epoch + 1,
      version: before.version + 1,
      queue: null,
      actions: [],
    },
    assignment: {
      number: before.epoch + 1,
      cause: 'close',
      actor: { type: 'user', id: mia.id },
      from: { type: 'user', id: mia.id },
      to: origin,
      note: 'Refunded',
      commandId: body.command.id,
    },
  })
  expect(body.conversation.closedAt).toBe(body.conversation.updatedAt)
  expect(body).not.toHaveProperty('message')
})

test('the closing note stays with the conversation until the next close', async () => {
  const chat = await aLivechat(w, mia)
  expect(await chat.now()).toMatchObject({ closingNote: null })
  const { conversation } = await chat.does(mia, 'close', { note: 'Refunded' })
  expect(conversation.closingNote).toBe('Refunded')
  await chat.does(w.channel, 'handoff')
  expect((await chat.now()).closingNote).toBe('Refunded')
  expect((await chat.does(mia, 'close')).conversation.closingNote).toBeNull()
})

test('a ticket and a chat of an AI agent keep their closing notes too', async () => {
  const [ticket, chat] = [await aTicket(w, mia), await aChat(w)]
  await ticket.does(mia, 'close', { note: 'Refunded' })
  await chat.does(w.ava, 'close', { note: 'Thanks' })
  expect((await ticket.now(mia)).closingNote).toBe('Refunded')
  expect((await chat.now(w.ava)).closingNote).toBe('Thanks')
  const { items } = (await w.channel.get('/v1/conversations?limit=200')).body
  const notes = new Map(
    items.map((one: { id: string; closingNote: string }) => [one.id, one.closingNote]),
  )
  expect([notes.get(ticket.id), notes.get(chat.id)]).toEqual(['Refunded', 'Thanks'])
})

test('an AI agent closes its own chat, keeps it and writes no assignment', async () => {
  const chat = await aChat(w)
  const body = await chat.does(w.ava, 'close')
  expect(body.conversation).toMatchObject({
    status: 'closed',
    assignee: { type: 'ai_agent', id: w.ava.id },
    epoch: 1,
    version: 2,
  })
  expect(body).not.toHaveProperty('assignment')
  expect(await chat.assignments()).toHaveLength(1)
})

test('a closed ticket keeps its Assignee and writes no assignment', async () => {
  const ticket = await aTicket(w, mia)
  const body = await ticket.does(mia, 'close', { note: 'Refunded' })
  expect(body.conversation).toMatchObject({
    status: 'closed',
    assignee: { type: 'user', id: mia.id },
    epoch: 1,
    version: 2,
    closedAt: expect.any(String),
  })
  expect(body).not.toHaveProperty('assignment')
  expect((await ticket.now(mia)).status).toBe('closed')
})

test('a chat whose AI agent is deleted returns to the default one', async () => {
  const bot = await w.bot('Short-lived', { target: { type: 'user', userId: mia.id } })
  const chat = await aChat(w, { aiAgentId: bot.id })
  await chat.does(bot, 'handoff')
  expectStatus(await w.admin.delete(`/v1/ai-agents/${bot.id}`), 204)
  const { conversation } = await chat.does(mia, 'close')
  expect(conversation.assignee).toEqual({ type: 'ai_agent', id: w.ava.id, name: 'Ava' })
  expect((await chat.now(w.ava)).status).toBe('closed')
})

test('only the Assignee closes: neither supervisor nor the AI agent it came from', async () => {
  const bot = await w.bot('Origin', { target: { type: 'user', userId: mia.id } })
  const chat = await aChat(w, { aiAgentId: bot.id })
  await chat.does(bot, 'handoff')
  for (const who of [w.admin, bot]) {
    expect(told(await chat.by(who, 'close'))).toEqual({
      status: 409,
      code: 'not_assignee',
      assignee: { type: 'user', id: mia.id, name: 'Mia' },
      epoch: 2,
    })
  }
  expect((await chat.now()).status).toBe('open')
})

test('what an AI agent holds a user does not close, nor what is queued', async () => {
  const ai = await aChat(w)
  expect(told(await ai.by(w.admin, 'close'))).toMatchObject({
    assignee: { id: w.ava.id },
    epoch: 1,
  })
  const queued = await aQueuedChat(w, await aSleepingTeam(w))
  const refused = { status: 409, code: 'not_assignee', assignee: null, epoch: 2 }
  expect(told(await queued.by(w.admin, 'close'))).toEqual(refused)
})

test('a close under an earlier epoch is refused', async () => {
  const chat = await aLivechat(w, mia)
  const refused = await chat.by(mia, 'close', { expectedEpoch: 1 })
  expect(told(refused)).toMatchObject({ code: 'assignee_changed', epoch: 2 })
  expect((await chat.now()).status).toBe('open')
})

test('a resolved conversation is closed as well', async () => {
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'status', { status: 'resolved' })
  expect((await chat.does(mia, 'close')).conversation.status).toBe('closed')
})

test('of two closes at once the second is told that it is closed', async () => {
  const chat = await aLivechat(w, mia)
  const answers = await Promise.all([chat.by(mia, 'close'), chat.by(mia, 'close')])
  expect(answers.map((one) => one.status).sort()).toEqual([200, 409])
  const lost = answers.find((one) => one.status === 409)
  expect(lost?.body.code).toBe('conversation_closed')
  expect(await chat.assignments()).toHaveLength(3)
})

test.each([
  ['transfer', () => ({ userId: mia.id })],
  ['team-transfer', () => ({ teamId: w.support.id })],
  ['takeover', () => ({ message: { text: 'Hi' } })],
  ['close', () => ({})],
  ['status', () => ({ status: 'open' })],
])('a closed chat refuses %s, whoever asks', async (what, body) => {
  const chat = await aClosedChat(w, mia)
  const { assignee, epoch } = await chat.now()
  for (const who of [w.admin, mia]) {
    const refused = await chat.by(who, what, body())
    expect(told(refused)).toEqual({ status: 409, code: 'conversation_closed', assignee, epoch })
  }
  expect(await chat.now()).toMatchObject({ status: 'closed', epoch: 3, version: 3 })
})

test('a closed chat refuses to be closed by its AI agent, or cancelled', async () => {
  const chat = await aChat(w)
  await chat.does(w.ava, 'close')
  for (const what of ['close', 'cancel-handoff']) {
    expect(told(await chat.by(w.ava, what))).toEqual({
      status: 409,
      code: 'conversation_closed',
      assignee: { type: 'ai_agent', id: w.ava.id, name: 'Ava' },
      epoch: 1,
    })
  }
})

test.each([
  ['transfer', () => ({ userId: w.admin.id })],
  ['close', () => ({})],
  ['status', () => ({ status: 'open' })],
  ['takeover', () => ({ message: { text: 'Hi' } })],
  ['messages', () => ({ text: 'Hi' })],
])('a closed ticket refuses %s of its Assignee', async (what, body) => {
  const ticket = await aTicket(w, mia)
  await ticket.does(mia, 'close')
  const refused = await ticket.by(mia, what, body())
  expect(told(refused)).toEqual({
    status: 409,
    code: 'conversation_closed',
    assignee: { type: 'user', id: mia.id, name: 'Mia' },
    epoch: 1,
  })
})
