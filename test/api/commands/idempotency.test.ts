import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Answered, Caller } from '../../harness/caller.ts'
import { aChat, aLivechat, aRole, aTeam, told } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
let noor: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  const roleId = await aRole(w, {
    livechats: { view: 'own', manage: 'own', transfer: true },
    tickets: { view: 'all', manage: 'all', transfer: true },
  })
  mia = await w.user('Mia', { online: false, roleId })
  noor = await w.user('Noor', { online: false, roleId })
})
afterAll(() => api.close())

let keys = 0
const aKey = () => ({ 'idempotency-key': `key ${++keys}` })
const times = <T>(n: number, make: () => T) => Array.from({ length: n }, make)
const text = (said: string) => ({ message: { text: said } })
const ticketFor = (user: Person) => ({
  kind: 'ticket',
  teamspaceId: w.teamspaceId,
  subject: 'Refund',
  player: { externalId: `player of key ${keys}` },
  assigneeId: user.id,
})
const createdFor = async (user: Person) => {
  const filter = `kind=ticket&player=${encodeURIComponent(ticketFor(user).player.externalId)}`
  return (await w.channel.get(`/v1/conversations?${filter}`)).body.items
}

/** The second answer is the first byte for byte, and says that it is a repeat. */
function expectReplay(again: Answered, first: Answered): void {
  expect(again.status).toBe(first.status)
  expect(again.text).toBe(first.text)
  expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'))
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect(first.headers.get('idempotency-replayed')).toBeNull()
}

test('a repeated command gives the first answer and does nothing again', async () => {
  const chat = await aLivechat(w, mia)
  const key = aKey()
  const first = await chat.by(w.admin, 'takeover', text('Once'), key)
  expectStatus(first, 200)
  await chat.does(w.admin, 'status', { status: 'overdue' })
  const again = await chat.by(w.admin, 'takeover', text('Once'), key)
  expectReplay(again, first)
  expect(await chat.messages()).toHaveLength(1)
  expect(await chat.now()).toMatchObject({ epoch: 3, status: 'overdue' })
  expect(await chat.commands()).toHaveLength(3)
})

test('a refusal is remembered, also when it would be carried out now', async () => {
  const chat = await aLivechat(w, mia)
  const key = aKey()
  const first = await chat.by(w.admin, 'close', {}, key)
  expect(told(first)).toMatchObject({ status: 409, code: 'not_assignee' })
  await chat.does(w.admin, 'takeover', text('Mine'))
  expectReplay(await chat.by(w.admin, 'close', {}, key), first)
  expect((await chat.now()).status).toBe('open')
})

test('a repeat is answered also when its author no longer sees the conversation', async () => {
  const chat = await aLivechat(w, mia)
  const key = aKey()
  const body = { userId: noor.id }
  const first = await chat.by(mia, 'transfer', body, key)
  await chat.does(noor, 'close')
  expect((await mia.get(chat.path)).status).toBe(404)
  expectReplay(await chat.by(mia, 'transfer', body, key), first)
  expect(first.body.command.outcome).toBe('accepted')
})

test('a repeated reply is stored once and answered alike', async () => {
  const chat = await aLivechat(w, mia)
  const key = aKey()
  const first = await chat.by(mia, 'messages', { text: 'Hello' }, key)
  expectStatus(first, 201)
  await chat.does(mia, 'transfer', { userId: noor.id })
  await chat.does(noor, 'transfer', { userId: w.admin.id })
  expectReplay(await chat.by(mia, 'messages', { text: 'Hello' }, key), first)
  expect(await chat.messages()).toHaveLength(1)
})

test('a refused reply is remembered, also when its author holds the conversation since', async () => {
  const chat = await aLivechat(w, mia)
  const key = aKey()
  const first = await chat.by(w.admin, 'messages', { text: 'Hello' }, key)
  expect(told(first)).toMatchObject({ status: 409, code: 'not_assignee' })
  await chat.does(w.admin, 'takeover', text('Mine'))
  expectReplay(await chat.by(w.admin, 'messages', { text: 'Hello' }, key), first)
  expect(await chat.messages()).toHaveLength(1)
})

test('a repeated inbound message is stored once', async () => {
  const chat = await aChat(w)
  const key = aKey()
  const body = { text: 'Help', from: 'player' }
  const first = await chat.by(w.channel, 'messages', body, key)
  expectReplay(await chat.by(w.channel, 'messages', body, key), first)
  expect(await chat.messages()).toHaveLength(1)
})

test('a repeated creation makes one conversation', async () => {
  const key = aKey()
  const first = await mia.post('/v1/conversations', ticketFor(noor), key)
  expectStatus(first, 201)
  await api.as(noor.token).post(`/v1/conversations/${first.body.id}/status`, { status: 'pending' })
  expectReplay(await mia.post('/v1/conversations', ticketFor(noor), key), first)
  expect(await createdFor(noor)).toHaveLength(1)
})

test('a repeated creation is answered also when its author’s role creates none any more', async () => {
  const roleId = await aRole(w, { tickets: { view: 'own', manage: 'own' } })
  const olga = await w.user('Olga', { roleId })
  const key = aKey()
  const first = await olga.post('/v1/conversations', ticketFor(olga), key)
  expectStatus(first, 201)
  const none = { tickets: { view: 'none', manage: 'none' } }
  expectStatus(await w.admin.patch(`/v1/roles/${roleId}`, none), 200)
  expectReplay(await olga.post('/v1/conversations', ticketFor(olga), key), first)
})

test('a key is the person’s, whichever of their tokens they use', async () => {
  const chat = await aLivechat(w, mia)
  const { token } = await w.create(`/v1/users/${mia.id}/tokens`, {})
  const key = aKey()
  const first = await chat.by(mia, 'status', { status: 'pending' }, key)
  expectReplay(await chat.by(api.as(token), 'status', { status: 'pending' }, key), first)
})

test('two people may use the same key', async () => {
  const key = aKey()
  const [first, second] = [await aLivechat(w, mia), await aLivechat(w, noor)]
  expectStatus(await first.by(mia, 'close', {}, key), 200)
  const answered = await second.by(noor, 'close', {}, key)
  expectStatus(answered, 200)
  expect(answered.headers.get('idempotency-replayed')).toBeNull()
})

type Ask = (key: Record<string, string>) => Promise<Answered>

const atOnce: [what: string, ask: () => Promise<{ by: Ask; count: () => Promise<number> }>][] = [
  ['a takeover', () => onChat(w.admin, 'takeover', text('Once'))],
  ['a reply', () => onChat(mia, 'messages', { text: 'Once' })],
  ['an inbound message', () => onChat(w.channel, 'messages', { text: 'Once', from: 'player' })],
  ['a refused reply', () => onChat(w.admin, 'messages', { text: 'Once' }, 0)],
  ['a creation', async () => creation()],
]

async function onChat(who: Caller, what: string, body: Record<string, unknown>, extra = 1) {
  const chat = await aLivechat(w, mia)
  return {
    by: (key: Record<string, string>) => chat.by(who, what, body, key),
    count: async () => (await chat.messages()).length + 1 - extra,
  }
}

function creation() {
  const by = (key: Record<string, string>) => mia.post('/v1/conversations', ticketFor(mia), key)
  return { by, count: async () => (await createdFor(mia)).length }
}

test.each(atOnce)('%s sent many times at once under one key is done once', async (_what, ask) => {
  const key = aKey()
  const { by, count } = await ask()
  const answers = await Promise.all(times(8, () => by(key)))
  expect(new Set(answers.map((one) => `${one.status} ${one.text}`)).size).toBe(1)
  const firsts = answers.filter((one) => one.headers.get('idempotency-replayed') === null)
  expect(firsts).toHaveLength(1)
  expect(await count()).toBe(1)
})

const reuses: [
  first: string,
  then: string,
  both: (key: Record<string, string>) => Promise<Answered>,
][] = [
  [
    'a command',
    'the same with another body',
    async (key) => {
      const chat = await aLivechat(w, mia)
      expectStatus(await chat.by(mia, 'status', { status: 'pending' }, key), 200)
      return chat.by(mia, 'status', { status: 'overdue' }, key)
    },
  ],
  [
    'a command',
    'the same on another conversation',
    async (key) => {
      const [one, other] = [await aLivechat(w, mia), await aLivechat(w, mia)]
      expectStatus(await one.by(mia, 'close', {}, key), 200)
      return other.by(mia, 'close', {}, key)
    },
  ],
  [
    'a command',
    'a message',
    async (key) => {
      const chat = await aLivechat(w, mia)
      expectStatus(await chat.by(mia, 'status', { status: 'pending' }, key), 200)
      return chat.by(mia, 'messages', { text: 'Hello' }, key)
    },
  ],
  [
    'a message',
    'a command',
    async (key) => {
      const chat = await aLivechat(w, mia)
      expectStatus(await chat.by(mia, 'messages', { text: 'Hello' }, key), 201)
      return chat.by(mia, 'close', {}, key)
    },
  ],
  [
    'a message',
    'another message',
    async (key) => {
      const chat = await aLivechat(w, mia)
      expectStatus(await chat.by(mia, 'messages', { text: 'Hello' }, key), 201)
      return chat.by(mia, 'messages', { text: 'Hello!' }, key)
    },
  ],
  [
    'a message',
    'a creation',
    async (key) => {
      const chat = await aLivechat(w, mia)
      expectStatus(await chat.by(mia, 'messages', { text: 'Hello' }, key), 201)
      return mia.post('/v1/conversations', ticketFor(mia), key)
    },
  ],
  [
    'a creation',
    'a command',
    async (key) => {
      const chat = await aLivechat(w, mia)
      expectStatus(await mia.post('/v1/conversations', ticketFor(mia), key), 201)
      return chat.by(mia, 'close', {}, key)
    },
  ],
]

test.each(reuses)('a key used for %s is not taken for %s', async (_first, _then, both) => {
  const answered = await both(aKey())
  expect(told(answered)).toEqual({ status: 422, code: 'idempotency_key_reused' })
  expect(answered.headers.get('idempotency-replayed')).toBeNull()
})

test('a 404 is not remembered', async () => {
  const chat = await aLivechat(w, noor)
  const key = aKey()
  expect((await chat.by(mia, 'close', {}, key)).status).toBe(404)
  await chat.does(noor, 'transfer', { userId: mia.id })
  const answered = await chat.by(mia, 'close', {}, key)
  expectStatus(answered, 200)
  expect(answered.headers.get('idempotency-replayed')).toBeNull()
})

test('a 400 and a 403 for a wrong kind are not remembered', async () => {
  const key = aKey()
  const chat = await aLivechat(w, mia)
  expect((await chat.by(mia, 'status', { status: 'gone' }, key)).status).toBe(400)
  expectStatus(await chat.by(mia, 'status', { status: 'pending' }, key), 200)
  expect((await chat.by(w.channel, 'close', {}, key)).status).toBe(403)
  expectStatus(await chat.by(w.channel, 'messages', { text: 'Hi', from: 'player' }, key), 201)
})

test('a refused creation is not remembered', async () => {
  const key = aKey()
  const lone = await w.user('Lone', { teams: [] })
  const refused = await mia.post('/v1/conversations', ticketFor(lone), key)
  expect(told(refused)).toMatchObject({ status: 422, reason: 'not_in_teamspace' })
  expectStatus(await w.admin.put(`/v1/teams/${w.support.id}/members/${lone.id}`), 204)
  expectStatus(await mia.post('/v1/conversations', ticketFor(lone), key), 201)
})

test.each([
  ['empty', ''],
  ['of 256 characters', 'k'.repeat(256)],
  ['beyond ASCII', 'clé'],
  ['with a control character', 'a\tb'],
])('a key that is %s is a 400 that names it', async (_what, value) => {
  const chat = await aLivechat(w, mia)
  for (const [who, what, body] of [
    [mia, 'close', {}],
    [mia, 'messages', { text: 'Hello' }],
  ] as const) {
    const refused = await chat.by(who, what, body, { 'idempotency-key': value })
    expect(told(refused)).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'idempotency-key' }],
    })
  }
  const created = await mia.post('/v1/conversations', ticketFor(mia), { 'idempotency-key': value })
  expect(created.status).toBe(400)
})

test.each([
  ['one character', 'k'],
  ['255 of them', 'k'.repeat(255)],
  ['any of ASCII', '~ !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}'],
])('a key may be %s', async (_what, value) => {
  const chat = await aLivechat(w, mia)
  const key = { 'idempotency-key': value }
  const first = await chat.by(mia, 'status', { status: 'pending' }, key)
  expectStatus(first, 200)
  expectReplay(await chat.by(mia, 'status', { status: 'pending' }, key), first)
})

test('other requests ignore the key, a bad one too', async () => {
  const bodies = { name: 'Twice', teamspaceIds: [] }
  const key = aKey()
  const ids = await Promise.all(
    [key, key, { 'idempotency-key': 'k'.repeat(300) }].map((headers) =>
      w.admin.post('/v1/teams', bodies, headers),
    ),
  )
  expect(ids.map((one) => one.status)).toEqual([201, 201, 201])
  expect(new Set(ids.map((one) => one.body.id)).size).toBe(3)
  expect((await w.admin.get('/v1/teams', key)).status).toBe(200)
})

test('without a key a repeat is a request of its own', async () => {
  const team = await aTeam(w, 'None')
  const chat = await aLivechat(w, mia)
  const first = await chat.by(mia, 'team-transfer', { teamId: team.id })
  const again = await chat.by(mia, 'team-transfer', { teamId: team.id })
  expect(first.body.commandId).not.toBe(again.body.commandId)
  expect(again.headers.get('idempotency-replayed')).toBeNull()
})
