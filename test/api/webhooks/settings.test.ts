import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fanOutNow } from '../../../activities/webhooks/fan-out.ts'
import { recordEvents } from '../../../db/events/record.ts'
import { webhookDeliveries, webhooks } from '../../../db/schema.ts'
import type { WebhookRow } from '../../../db/webhooks/webhooks.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

const url = 'https://hook.example.com/baton?token=t'

let api: TestApi
let w: Workspace
let mia: Person
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
  mia = await w.user('Mia', { online: false })
})
afterAll(() => api.close())

test('a webhook is made with a secret that is told once', async () => {
  const made = await w.create('/v1/webhooks', { url, types: ['message.created'] })
  expect(Object.keys(made)).toEqual(['id', 'secret'])
  expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  const path = `/v1/webhooks/${made.id}`
  const { body, text } = await mia.get(path)
  expect(body).toEqual({
    ...{ id: made.id, url, types: ['message.created'], active: true, failingSince: null },
    createdAt: expect.any(String),
  })
  const list = await w.channel.get('/v1/webhooks?limit=200')
  expect(list.body.items).toContainEqual(body)
  for (const told of [text, list.text]) expect(told).not.toContain('whsec_')
})

test('a type that is named twice is one', async () => {
  const types = ['message.created', 'conversation.closed', 'message.created']
  const { id } = await w.create('/v1/webhooks', { url, types })
  expect((await mia.get(`/v1/webhooks/${id}`)).body.types).toEqual(types.slice(0, 2))
})

test('without types it is for all events', async () => {
  const { id } = await w.create('/v1/webhooks', { url })
  expect((await mia.get(`/v1/webhooks/${id}`)).body.types).toBeNull()
})

const long = (length: number) => `https://hook.example.com/${'x'.repeat(length - 25)}`

test.each([
  ['no address', undefined],
  ['one that is none', 'hook.example.com'],
  ['none to speak HTTP to', 'ftp://hook.example.com/'],
  ['a file', 'file:///etc/passwd'],
  ['a script', 'javascript:alert(1)'],
  ['no host', 'http://'],
  ['a name', 'https://me@hook.example.com/'],
  ['a password', 'https://:secret@hook.example.com/'],
  ['blanks', 'https://hook.example.com/ x'],
  ['a line break', 'https://hook.exam\nple.com/'],
  ['NUL', 'https://hook.example.com/\0'],
  ['half a letter', 'https://hook.example.com/\ud800'],
  ['an impossible port', 'https://hook.example.com:99999/'],
  ['no end', long(2049)],
  ['a number', 7],
  ['loopback', 'http://127.0.0.1/'],
  ['loopback in one number', 'http://2130706433/'],
  ['loopback of IPv6', 'http://[::1]:8080/'],
  ['mapped loopback', 'http://[::ffff:127.0.0.1]/'],
  ['a private network', 'http://10.1.2.3/'],
  ['this machine by name', 'http://localhost:8080/'],
  ['this machine by its whole name', 'https://LocalHost./'],
  ['a name of this machine', 'http://hook.localhost/'],
  ['the cloud’s own', 'http://169.254.169.254/latest/meta-data'],
])('an address with %s is refused by its path', async (_what, wrong) => {
  const { body } = await w.admin.post('/v1/webhooks', { url: wrong })
  expect(body).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ path: 'url' }] })
})

test.each([
  ['an unknown type', { types: ['conversation.vanished'] }, 'types.0'],
  ['no types at all', { types: [] }, 'types'],
  ['a type that is no list', { types: 'message.created' }, 'types'],
  ['an unknown field', { secret: 'mine' }, ''],
])('%s is refused', async (_what, wrong, path) => {
  const { body } = await w.admin.post('/v1/webhooks', { url, ...wrong })
  expect(body).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ path }] })
})

test('an address of 2,048 characters, a port, an IPv6 and a name beyond ASCII are taken', async () => {
  const good = [
    long(2048),
    'http://1.1.1.1:8080/',
    'http://[2606:4700::1111]/',
    'https://bücher.example/',
    'https://localhost.example/',
    'https://mylocalhost/',
  ]
  for (const one of good) await w.create('/v1/webhooks', { url: one })
})

test('it is deactivated and activated again, and repeating either changes nothing', async () => {
  const { id } = await w.create('/v1/webhooks', { url })
  for (const active of [false, false, true, true]) {
    const { status, body } = await w.admin.patch(`/v1/webhooks/${id}`, { active })
    expect([status, body.active]).toEqual([200, active])
  }
  expect((await w.admin.patch(`/v1/webhooks/${id}`, {})).body.active).toBe(true)
  expect((await w.admin.patch(`/v1/webhooks/${id}`, { active: 'no' })).status).toBe(400)
})

test('all that happened before it was deactivated is kept for later, nothing after', async () => {
  const { id } = await w.create('/v1/webhooks', { url })
  const { db } = api.database.client
  const happens = (times: number) => {
    const newEvent = { type: 'user.presence_changed' as const, data: {} }
    const all = Array.from({ length: times }, () => newEvent)
    return db.transaction((tx) => recordEvents(tx, w.id, all))
  }
  await happens(250)
  await w.admin.patch(`/v1/webhooks/${id}`, { active: false })
  await happens(1)
  await w.admin.patch(`/v1/webhooks/${id}`, { active: true })
  const [webhook] = await db.select().from(webhooks).where(eq(webhooks.id, id))
  expect(await db.$count(webhookDeliveries, eq(webhookDeliveries.webhookId, id))).toBe(250)
  expect(await fanOutNow(db, webhook as WebhookRow)).toBe(false)
  expect(await db.$count(webhookDeliveries, eq(webhookDeliveries.webhookId, id))).toBe(250)
})

test('a deleted one is absent', async () => {
  const { id } = await w.create('/v1/webhooks', { url })
  const path = `/v1/webhooks/${id}`
  expect((await w.admin.delete(path)).status).toBe(204)
  const again = [w.admin.get(path), w.admin.patch(path, {}), w.admin.delete(path)]
  for (const answered of await Promise.all([...again, w.admin.get(`${path}/deliveries`)])) {
    expect(answered.status).toBe(404)
  }
  expect((await w.admin.get('/v1/webhooks?limit=200')).text).not.toContain(id)
})

test('only an admin writes, users and API keys read, and only who sees all reads deliveries', async () => {
  const { id } = await w.create('/v1/webhooks', { url })
  const path = `/v1/webhooks/${id}`
  for (const who of [mia, w.channel, w.ava, api.root]) {
    const writes = [
      who.post('/v1/webhooks', { url }),
      who.patch(path, { active: false }),
      who.delete(path),
      who.post(`${path}/deliveries/dlv_1/retry`),
    ]
    for (const { body } of await Promise.all(writes)) {
      expect(body).toMatchObject({ status: 403, code: 'permission_denied' })
    }
  }
  const statuses = async (at: string) =>
    (await Promise.all([w.admin, w.channel, mia, w.ava, api.root].map((who) => who.get(at)))).map(
      (answered) => answered.status,
    )
  expect(await statuses(path)).toEqual([200, 200, 200, 403, 403])
  expect(await statuses('/v1/webhooks')).toEqual([200, 200, 200, 403, 403])
  expect(await statuses(`${path}/deliveries`)).toEqual([200, 200, 403, 403, 403])
})

test('a webhook of another workspace is absent', async () => {
  const other = await aWorkspace(api)
  const { id } = await other.create('/v1/webhooks', { url })
  const path = `/v1/webhooks/${id}`
  const asked = [
    w.admin.get(path),
    w.admin.patch(path, { active: false }),
    w.admin.delete(path),
    w.channel.get(`${path}/deliveries`),
    w.admin.post(`${path}/deliveries/dlv_1/retry`),
  ]
  for (const { status } of await Promise.all(asked)) expect(status).toBe(404)
  expectStatus(await other.admin.get(path), 200)
})

test('a workspace has at most a hundred, however many are made at once', async () => {
  const full = await aWorkspace(api)
  const made = await Promise.all(
    Array.from({ length: 103 }, () => full.admin.post('/v1/webhooks', { url })),
  )
  expect(made.filter(({ status }) => status === 201)).toHaveLength(100)
  expect(made.filter(({ status }) => status === 400)).toHaveLength(3)
})
