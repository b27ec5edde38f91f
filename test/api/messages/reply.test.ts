import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import {
  aChat,
  aClosedChat,
  aLivechat,
  aQueuedChat,
  aSleepingTeam,
  aTeam,
  aTicket,
  type Talk,
  told,
} from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  mia = await w.user('Mia', { online: false })
})
afterAll(() => api.close())

const holder = (user: Person) => ({ type: 'user', id: user.id, name: user.name })

test('the Assignee replies under the present epoch', async () => {
  const chat = await aLivechat(w, mia)
  const before = await chat.now()
  const message = await chat.does(mia, 'messages', { text: 'Hello', expectedEpoch: 2 })
  expect(message).toEqual({
    id: expect.any(String),
    conversationId: chat.id,
    author: { type: 'user', id: mia.id },
    text: 'Hello',
    epoch: 2,
    sentAt: expect.any(String),
  })
  expect(await chat.messages()).toEqual([message])
  expect(await chat.now()).toEqual({ ...before, lastMessageAt: message.sentAt })
  expect(await chat.commands()).toHaveLength(1)
})

test('an AI agent replies in the chat it holds, a closed one too', async () => {
  const chat = await aChat(w)
  await chat.does(w.ava, 'messages', { text: 'Hello' })
  await chat.does(w.ava, 'close')
  const message = await chat.does(w.ava, 'messages', { text: 'Bye', expectedEpoch: 1 })
  expect(message).toMatchObject({ author: { type: 'ai_agent', id: w.ava.id }, epoch: 1 })
  expect(await chat.now()).toMatchObject({ status: 'closed', version: 2 })
})

test('the Assignee replies on a resolved conversation, which stays so', async () => {
  const ticket = await aTicket(w, mia)
  await ticket.does(mia, 'status', { status: 'resolved' })
  await ticket.does(mia, 'messages', { text: 'All good' })
  expect((await ticket.now()).status).toBe('resolved')
})

const refusals: [
  what: string,
  code: string,
  make: () => Promise<{ chat: Talk; who: Person; body?: object; assignee?: unknown }>,
][] = [
  [
    'a supervisor',
    'not_assignee',
    async () => ({ chat: await aLivechat(w, mia), who: w.admin, assignee: holder(mia) }),
  ],
  [
    'a user where an AI agent holds it',
    'not_assignee',
    async () => ({
      chat: await aChat(w),
      who: w.admin,
      assignee: { type: 'ai_agent', id: w.ava.id, name: 'Ava' },
    }),
  ],
  [
    'a user where nobody holds it',
    'not_assignee',
    async () => ({
      chat: await aQueuedChat(w, await aSleepingTeam(w)),
      who: w.admin,
      assignee: null,
    }),
  ],
  [
    'the AI agent that handed it off',
    'not_assignee',
    async () => {
      const who = await w.bot('Bot', { target: { type: 'user', userId: mia.id } })
      const chat = await aChat(w, { aiAgentId: who.id })
      await chat.does(who, 'handoff')
      return { chat, who, assignee: holder(mia) }
    },
  ],
  [
    'the AI agent whose chat is queued',
    'not_assignee',
    async () => {
      const target = { type: 'teams', teamIds: [(await aTeam(w, 'Empty')).id] }
      const who = await w.bot('Muted', { target })
      const chat = await aChat(w, { aiAgentId: who.id })
      await chat.does(who, 'handoff')
      return { chat, who, assignee: null }
    },
  ],
  [
    'an AI agent that wrote before a takeover',
    'assignee_changed',
    async () => {
      const chat = await aChat(w)
      await chat.does(w.admin, 'takeover', { message: { text: 'Mine' } })
      return { chat, who: w.ava, body: { expectedEpoch: 1 }, assignee: holder(w.admin) }
    },
  ],
  [
    'an Assignee who wrote under an earlier epoch of their own',
    'assignee_changed',
    async () => {
      const chat = await aLivechat(w, mia)
      await chat.does(w.admin, 'takeover', { message: { text: 'Mine' } })
      await chat.does(w.admin, 'transfer', { userId: mia.id })
      return { chat, who: mia, body: { expectedEpoch: 2 }, assignee: holder(mia) }
    },
  ],
  [
    'an epoch to come',
    'assignee_changed',
    async () => ({
      chat: await aLivechat(w, mia),
      who: mia,
      body: { expectedEpoch: 3 },
      assignee: holder(mia),
    }),
  ],
  [
    'a user on a closed chat',
    'conversation_closed',
    async () => ({ chat: await aClosedChat(w, mia), who: w.admin }),
  ],
  [
    'the Assignee of a closed ticket',
    'conversation_closed',
    async () => {
      const chat = await aTicket(w, mia)
      await chat.does(mia, 'close')
      return { chat, who: mia }
    },
  ],
]

test.each(refusals)('refused and on record without its text: %s, %s', async (_what, code, make) => {
  const { chat, who, body, assignee } = await make()
  const said = await chat.messages()
  const before = await chat.now()
  const refused = await chat.by(who, 'messages', { text: 'Never to be seen xyzzy', ...body })
  expect(told(refused)).toEqual({
    status: 409,
    code,
    assignee: assignee === undefined ? before.assignee : assignee,
    epoch: before.epoch,
  })
  expect(await chat.messages()).toEqual(said)
  expect(await chat.now()).toEqual(before)
  const latest = (await chat.commands()).at(-1)
  expect(latest).toMatchObject({
    kind: 'reply',
    outcome: 'refused',
    code,
    id: refused.body.commandId,
  })
  const { answer } = expectStatus(await who.get(`/v1/commands/${latest.id}`), 200)
  expect(answer).toEqual({ status: 409, body: refused.body })
  expect(await whereIsStored('xyzzy')).toEqual([])
})

/** The tables that hold this text anywhere. */
async function whereIsStored(text: string): Promise<string[]> {
  const { sql } = api.database.client
  const tables = await sql`select tablename as name from pg_tables where schemaname = 'public'`
  const found: string[] = []
  for (const { name } of tables) {
    const rows =
      await sql`select 1 from ${sql(name)} as it where it::text like ${`%${text}%`} limit 1`
    if (rows.length > 0) found.push(name)
  }
  return found
}

test('a text that is stored is found by that search', async () => {
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'messages', { text: 'plugh' })
  expect(await whereIsStored('plugh')).toContain('messages')
})

test.each([
  ['root', 403, () => api.root, { text: 'Hi' }],
  ['a user who posts for the player', 400, () => mia, { text: 'Hi', from: 'player' }],
  ['an AI agent that posts for the player', 400, () => w.ava, { text: 'Hi', from: 'player' }],
  ['an API key that does not say for whom', 400, () => w.channel, { text: 'Hi' }],
  [
    'an API key that names an epoch',
    400,
    () => w.channel,
    { text: 'Hi', from: 'player', expectedEpoch: 2 },
  ],
])('%s is %i, not on record', async (_who, status, who, body) => {
  const chat = await aLivechat(w, mia)
  const refused = await chat.by(who() as Person, 'messages', body)
  expect(refused.status).toBe(status)
  expect(await chat.messages()).toEqual([])
  expect(await chat.commands()).toHaveLength(1)
})

test('a reply stands only under the epoch of its author, however it races with takeovers', async () => {
  const chats = await Promise.all(Array.from({ length: 6 }, () => aLivechat(w, mia)))
  await Promise.all(
    chats.map(async (chat) => {
      const reply = (n: number) => chat.by(mia, 'messages', { text: `${n}` })
      const answers = await Promise.all([
        reply(1),
        reply(2),
        chat.by(w.admin, 'takeover', { message: { text: 'Mine' } }),
        reply(3),
        reply(4),
      ])
      const sent = answers.filter((one) => one.status < 300)
      const rows = await chat.assignments()
      const said = await chat.messages()
      expect(said).toHaveLength(sent.length)
      for (const { epoch, author } of said) expect(rows[epoch - 1].to).toEqual(author)
      const epochs = said.map((one: { epoch: number }) => one.epoch)
      expect(epochs).toEqual([...epochs].sort())
    }),
  )
})

test('messages keep the order in which they were stored, also when sent at once', async () => {
  const chat = await aLivechat(w, mia)
  const texts = Array.from({ length: 12 }, (_, n) => `Message ${n}`)
  const sent = await Promise.all(
    texts.map((text, n) =>
      n % 2
        ? chat.does(mia, 'messages', { text })
        : chat.does(w.channel, 'messages', { text, from: 'player' }),
    ),
  )
  const said = await chat.messages()
  expect(said.map((one: { id: string }) => one.id).sort()).toEqual(sent.map((one) => one.id).sort())
  const times = said.map((one: { sentAt: string }) => one.sentAt)
  expect(times).toEqual([...times].sort())
  expect((await chat.now()).lastMessageAt).toBe(times.at(-1))
})
