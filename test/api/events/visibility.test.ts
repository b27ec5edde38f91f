import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventTypes } from '../../../db/schema.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Caller } from '../../harness/caller.ts'
import {
  aChat,
  aLivechat,
  aQueuedChat,
  aRole,
  aTeam,
  aTeamChat,
  aTicket,
  type Talk,
} from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'
import { happens, idsOf, listed, type Served, served, type Told } from './following.ts'

let api: TestApi
let server: Served
let w: Workspace
let s: Awaited<ReturnType<typeof scene>>
beforeAll(async () => {
  api = await testApi()
  server = await served(api)
  w = await aWorkspace(api)
  s = await scene()
})
afterAll(async () => {
  await server.close()
  await api.close()
})

/** Conversations of every whereabouts, seen from Alpha, a team of the workspace's teamspace. */
async function scene() {
  const [alpha, beta] = [await aTeam(w, 'Alpha'), await aTeam(w, 'Beta')]
  const colleague = await w.user('Colleague', { teams: [alpha, beta], online: false })
  const conversations: Record<string, Talk> = {
    'of the AI agent': await aChat(w),
    'of a colleague': await aLivechat(w, colleague),
    'of a colleague and my team': await aTeamChat(w, alpha, colleague),
    'of a colleague and another team': await aTeamChat(w, beta, colleague),
    'queued for my team': await aQueuedChat(w, alpha),
    'queued for another team': await aQueuedChat(w, beta),
    'queued for anyone': await aQueuedChat(w),
    'a ticket': await aTicket(w, colleague),
  }
  return { alpha, beta, colleague, conversations }
}

/** Posts a message in each of them; none of them moves. */
async function somethingIsSaid(): Promise<void> {
  for (const chat of Object.values(s.conversations)) {
    await chat.does(w.channel, 'messages', { text: 'Hello?', from: 'player' })
  }
}

async function viewer(view: string, kind: 'livechats' | 'tickets' = 'livechats') {
  const roleId = await aRole(w, { [kind]: { view, manage: 'none' } })
  return w.user('Viewer', { teams: [s.alpha], roleId, online: false })
}

/** What `who` is told live, which must be what the list tells them, while something is said. */
async function toldLive(who: Caller, whatHappens = somethingIsSaid): Promise<Told[]> {
  const stream = await server.follow(who)
  const [last] = (await listed(w.channel)).slice(-1)
  await whatHappens()
  const isPerson = who.token !== w.ava.token
  await happens(api, w.id, isPerson ? 1 : 0)
  const since = await listed(who, { after: last?.id ?? '0' })
  await stream.told(since.length)
  expect(stream.events).toEqual(since)
  await stream.cut()
  return stream.events.filter((event) => event.type !== 'user.presence_changed')
}

async function seenBy(who: Caller) {
  const seen = new Set((await toldLive(who)).map((event) => event.conversationId))
  const { items } = expectStatus(await who.get('/v1/conversations?limit=200'), 200)
  const ids = new Set(items.map((item: { id: string }) => item.id))
  const among = (told: Set<unknown>) =>
    Object.keys(s.conversations).filter((name) => told.has(s.conversations[name]?.id))
  // It has not moved: who sees the conversation sees this event of it.
  expect(among(seen)).toEqual(among(ids))
  return among(seen)
}

const viewers: [view: string, seen: string[]][] = [
  ['none', []],
  ['own', ['queued for my team', 'queued for anyone']],
  ['team', ['of a colleague and my team', 'queued for my team', 'queued for anyone']],
]

test.each(viewers)('view: %s is told of what it sees, live as in the list', async (view, seen) => {
  expect(await seenBy(await viewer(view))).toEqual(seen)
})

test('view: all of chats is told of every chat, of tickets of every ticket', async () => {
  const chats = Object.keys(s.conversations).filter((name) => name !== 'a ticket')
  expect(await seenBy(await viewer('all'))).toEqual(chats)
  expect(await seenBy(await viewer('all', 'tickets'))).toEqual(['a ticket'])
})

test('an admin and an API key are told of everything', async () => {
  expect(await seenBy(w.admin)).toEqual(Object.keys(s.conversations))
  expect(await seenBy(w.channel)).toEqual(Object.keys(s.conversations))
})

test('an AI agent is told of the chats it holds or began, and of nobody’s presence', async () => {
  expect(await seenBy(w.ava)).toEqual(['of the AI agent'])
  await happens(api, w.id, 1)
  const types = (await listed(w.ava)).map((event) => event.type)
  expect(types).not.toContain('user.presence_changed')
})

test('the former holder is told that it went, and of nothing after that', async () => {
  const roleId = await aRole(w, { livechats: { view: 'own', manage: 'own', transfer: true } })
  const mia = await w.user('Mia', { roleId, teams: [s.alpha], online: false })
  const chat = await aLivechat(w, mia)
  const told = await toldLive(mia, async () => {
    await chat.does(mia, 'transfer', { userId: s.colleague.id })
    await chat.does(s.colleague, 'messages', { text: 'Not for Mia' })
  })
  expect(told).toMatchObject([{ type: 'conversation.assigned', data: { cause: 'transfer' } }])
})

const ofItsEnd = ['status_changed', 'closed', 'returned_to_ai']
const goes: [how: string, go: (chat: Talk, mia: Person) => Promise<unknown>, told: string[]][] = [
  ['a transfer', (chat, mia) => chat.does(mia, 'transfer', { userId: s.colleague.id }), []],
  [
    'a team transfer',
    (chat, mia) => chat.does(mia, 'team-transfer', { teamId: s.beta.id }),
    ['queued'],
  ],
  ['a takeover', (chat) => chat.does(w.admin, 'takeover', { message: { text: 'Mine' } }), []],
  ['a close', (chat, mia) => chat.does(mia, 'close', { note: 'Done' }), ofItsEnd],
]

test.each(goes)(
  'who loses it by %s is told so, and what no read shows them is not',
  async (_, go, of) => {
    const mia = await w.user('Mia', { roleId: await ownChats(), teams: [s.alpha], online: false })
    const chat = await aLivechat(w, mia)
    await chat.does(mia, 'status', { status: 'resolved' })
    const before = (await listed(w.admin)).length
    const told = await toldLive(mia, async () => {
      await go(chat, mia)
      await everythingHappens(chat)
    })
    const types = ['assigned', ...of].map((type) => `conversation.${type}`)
    expect(told.map(({ type }) => type)).toEqual(types)
    for (const read of ['', '/messages', '/assignments', '/commands']) {
      expect((await mia.get(`${chat.path}${read}`)).status).toBe(404)
    }
    const happened = (await listed(w.admin)).slice(before).map(({ type }) => type)
    expect(new Set(happened)).toEqual(new Set(eventTypes.filter((type) => type !== created)))
  },
)

const created = 'conversation.created'

const ownChats = () => aRole(w, { livechats: { view: 'own', manage: 'own', transfer: true } })

/** Each type of event that a conversation can have, once somebody else has it. */
async function everythingHappens(chat: Talk): Promise<void> {
  const said = { text: 'Not for Mia' }
  await chat.does(w.channel, 'messages', { ...said, from: 'player' })
  const { assignee } = await chat.now()
  const isTaken = assignee?.id === w.admin.id
  await chat.does(w.admin, isTaken ? 'messages' : 'takeover', isTaken ? said : { message: said })
  expect((await chat.by(w.admin, 'transfer', { userId: w.admin.id })).status).toBe(422)
  await chat.does(w.admin, 'status', { status: 'overdue' })
  await chat.does(w.admin, 'team-transfer', { teamId: s.beta.id })
  await chat.does(w.admin, 'takeover')
  await chat.does(w.admin, 'close')
}

test('a refused attempt is told to who sees the conversation, and to who made it', async () => {
  const roleId = await aRole(w, { livechats: { view: 'own', manage: 'own', transfer: true } })
  const [mia, noor] = await Promise.all(
    ['Mia', 'Noor'].map((name) => w.user(name, { roleId, teams: [s.alpha], online: false })),
  )
  const chat = await aLivechat(w, mia as Person)
  await chat.does(mia as Person, 'transfer', { userId: s.colleague.id })
  const refused = [{ type: 'command.refused', data: { code: 'not_assignee' } }]
  const tries = async () => {
    expect((await chat.by(mia as Person, 'close')).status).toBe(409)
  }
  expect(await toldLive(mia as Person, tries)).toMatchObject(refused)
  expect(await toldLive(w.admin, tries)).toMatchObject(refused)
  expect(await toldLive(noor as Person, tries)).toEqual([])
})

test('what waits for a team without members is told to anyone in the teamspace', async () => {
  const left = await aTeam(w, 'Left')
  const last = await w.user('Last', { teams: [left], online: false })
  const chat = await aQueuedChat(w, left)
  const someone = await viewer('own')
  const says = () => chat.does(w.channel, 'messages', { text: 'Hello?', from: 'player' })
  expect(await toldLive(someone, says)).toEqual([])
  expectStatus(await w.admin.delete(`/v1/teams/${left.id}/members/${last.id}`), 204)
  expect(await toldLive(someone, says)).toMatchObject([{ conversationId: chat.id }])
})

test('nothing of one workspace is told in another', async () => {
  const other = await aWorkspace(api)
  const streams = await Promise.all([other.admin, other.channel].map((who) => server.follow(who)))
  await somethingIsSaid()
  await happens(api, other.id, 1)
  for (const stream of streams) {
    await stream.told(1)
    expect(stream.events.map((event) => event.conversationId)).toEqual([null])
    await stream.cut()
  }
  const of = { conversationId: s.conversations['of the AI agent']?.id ?? '' }
  expect(await listed(other.channel, of)).toEqual([])
  expect(idsOf(await listed(w.channel, of)).length).toBeGreaterThan(1)
})
