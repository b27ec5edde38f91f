import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { expectInvariants } from '../../crash/invariants.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { untilAssigned } from '../../harness/queueing.ts'
import { aChat, aLivechat, aQueuedChat, aTeam, aTicket, type Talk } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'
import { kindsTo, toldTo } from './told.ts'

let api: TestApi
let w: Workspace
let mia: Person
let noor: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
})
afterAll(() => api.close())
afterEach(() => expectInvariants(api.database.client.db))

/** Two users without notifications. */
async function anew() {
  mia = await w.user('Mia', { online: false })
  noor = await w.user('Noor', { online: false })
}

const says = (talk: Talk) => talk.does(w.channel, 'messages', { text: 'Hello?', from: 'player' })

test('a handoff tells its Assignee, with the reason', async () => {
  await anew()
  const bot = await w.bot('Named', { target: { type: 'user', userId: mia.id } })
  const chat = await aChat(w, { aiAgentId: bot.id })
  await chat.does(bot, 'handoff', { reason: 'Wants a human' })
  expect(await toldTo(mia)).toEqual([
    { kind: 'assigned', conversationId: chat.id, note: 'Wants a human' },
  ])
})

test('a transfer tells the new Assignee, with the note, and not the one who made it', async () => {
  await anew()
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'transfer', { userId: noor.id, note: 'Knows the carrier' })
  expect(await toldTo(noor)).toEqual([
    { kind: 'assigned', conversationId: chat.id, note: 'Knows the carrier' },
  ])
  expect(await kindsTo(mia, chat)).toEqual(['assigned'])
})

test('a team transfer tells the member whom Chat Assignment picks', async () => {
  await anew()
  const team = await aTeam(w, 'Awake')
  const omar = await w.user('Omar', { teams: [team] })
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'team-transfer', { teamId: team.id, note: 'Refund' })
  expect(await toldTo(omar)).toEqual([
    { kind: 'assigned', conversationId: chat.id, note: 'Refund' },
  ])
  expect(await kindsTo(mia, chat)).toEqual(['assigned'])
})

test('who gets it from the queue gets the note with which it was queued', async () => {
  await anew()
  const team = await aTeam(w, 'Later')
  const omar = await w.user('Omar', { teams: [team], online: false })
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'team-transfer', { teamId: team.id, note: 'Call back' })
  expect(await toldTo(omar)).toEqual([])
  await omar.put('/v1/users/me/presence', { presence: 'online' })
  await untilAssigned(w, chat.id)
  expect(await toldTo(omar)).toEqual([
    { kind: 'assigned', conversationId: chat.id, note: 'Call back' },
  ])
})

test('a takeover tells whom it was taken from, once however often it is repeated', async () => {
  await anew()
  const chat = await aLivechat(w, mia)
  const takeover = { message: { text: 'Let me' } }
  const key = { 'idempotency-key': `take-${chat.id}` }
  for (const _ of [1, 2]) expectStatus(await chat.by(w.admin, 'takeover', takeover, key), 200)
  expect(await kindsTo(mia, chat)).toEqual(['taken_over', 'assigned'])
  expect(await kindsTo(w.admin, chat)).toEqual([])
})

test('a claim tells nobody', async () => {
  await anew()
  const team = await aTeam(w, 'Claimed')
  const omar = await w.user('Omar', { teams: [team], online: false })
  const chat = await aQueuedChat(w, team)
  await chat.does(omar, 'takeover')
  expect(await toldTo(omar)).toEqual([])
})

test('a close by the Assignee and a reply tell nobody', async () => {
  await anew()
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'messages', { text: 'Solved' })
  await chat.does(mia, 'close', { note: 'Solved' })
  expect(await kindsTo(mia, chat)).toEqual(['assigned'])
})

test('a refused transfer tells nobody', async () => {
  await anew()
  const chat = await aLivechat(w, mia)
  const gone = await w.user('Gone', { online: false })
  expectStatus(await w.admin.patch(`/v1/users/${gone.id}`, { active: false }), 200)
  expectStatus(await chat.by(mia, 'transfer', { userId: gone.id }), 422)
  expectStatus(await w.admin.patch(`/v1/users/${gone.id}`, { active: true }), 200)
  expect(await toldTo(gone)).toEqual([])
})

test('a player’s message tells the Assignee, and nobody else', async () => {
  await anew()
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'transfer', { userId: noor.id })
  await says(chat)
  await says(chat)
  expect(await kindsTo(noor, chat)).toEqual(['message', 'message', 'assigned'])
  expect(await kindsTo(mia, chat)).toEqual(['assigned'])
})

test('a message that reopens tells the Assignee once', async () => {
  await anew()
  const ticket = await aTicket(w, mia)
  await ticket.does(mia, 'close')
  await says(ticket)
  await expect.poll(async () => (await ticket.now()).status).toBe('open')
  expect(await toldTo(mia)).toEqual([{ kind: 'message', conversationId: ticket.id }])
})

test('a message repeated under its key tells once', async () => {
  await anew()
  const chat = await aLivechat(w, mia)
  const message = { text: 'Hello?', from: 'player' }
  const send = () => chat.by(w.channel, 'messages', message, { 'idempotency-key': chat.id })
  await Promise.all([send(), send(), send()])
  expect(await kindsTo(mia, chat)).toEqual(['message', 'assigned'])
})

test('a message to an AI agent tells no user', async () => {
  await anew()
  const chat = await aChat(w, { text: 'Hi' })
  await says(chat)
  expect(await toldTo(mia)).toEqual([])
})

test('a ticket tells an Assignee named by somebody else, not one who named themselves', async () => {
  await anew()
  const [given, own] = [await aTicket(w, mia, w.admin), await aTicket(w, mia)]
  expect(await toldTo(mia)).toEqual([{ kind: 'assigned', conversationId: given.id }])
  expect(await kindsTo(w.admin, given)).toEqual([])
  expect(await kindsTo(mia, own)).toEqual([])
})

test('a deactivated user is told that they lost it, and the admin that they got the ticket', async () => {
  await anew()
  const ticket = await aTicket(w, mia)
  expectStatus(await w.admin.patch(`/v1/users/${mia.id}`, { active: false }), 200)
  await expect.poll(async () => (await ticket.now()).assignee.id).toBe(w.admin.id)
  expect(await kindsTo(w.admin, ticket)).toEqual(['assigned'])
  expectStatus(await w.admin.patch(`/v1/users/${mia.id}`, { active: true }), 200)
  expect(await toldTo(mia)).toEqual([{ kind: 'transferred_away', conversationId: ticket.id }])
})
