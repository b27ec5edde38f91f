import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockWorkspace } from '../../../db/chat-assignment/lock.ts'
import { events, users } from '../../../db/schema.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aWorkspace, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
})
afterAll(() => api.close())

const set = (who: Person, body: unknown) => who.put('/v1/users/me/presence', body)

async function toldOf({ id }: Person) {
  const { db } = api.database.client
  const rows = await db.select().from(events).orderBy(events.position)
  const data = rows.map((row) => row.data as { userId: string; presence: string })
  return data.filter(({ userId }) => userId === id)
}

/** As if the time for which they said to be online had run out. */
const runOut = ({ id }: Person) =>
  api.database.client.db
    .update(users)
    .set({ presenceExpiresAt: sql`now() - interval '1 second'` })
    .where(eq(users.id, id))

test('a user comes online, stays so when they repeat it, and goes away', async () => {
  const pia = await w.user('Pia', { online: false })
  const on = await set(pia, { presence: 'online' })
  expect(on.body).toMatchObject({ id: pia.id, presence: 'online', presenceExpiresAt: null })
  const { onlineSince } = on.body
  const renewed = await set(pia, { presence: 'online', ttlSeconds: 60 })
  expect(renewed.body).toMatchObject({ presence: 'online', onlineSince })
  const left = Date.parse(renewed.body.presenceExpiresAt) - Date.now()
  expect(left).toBeGreaterThan(50_000)
  expect((await set(pia, { presence: 'online' })).body).toEqual(on.body)
  const away = { presence: 'away', onlineSince: null, presenceExpiresAt: null }
  expect((await set(pia, { presence: 'away' })).body).toMatchObject(away)
  expect((await set(pia, { presence: 'away' })).body).toMatchObject(away)
  expect(await toldOf(pia)).toEqual([
    { userId: pia.id, presence: 'online', onlineSince },
    { userId: pia.id, presence: 'away', onlineSince: null },
  ])
})

test('a time to expire is only for online', async () => {
  const max = await w.user('Max', { online: false })
  await set(max, { presence: 'online' })
  const before = await max.get('/v1/users/me')
  const { body } = await set(max, { presence: 'away', ttlSeconds: 30 })
  expect(body).toMatchObject({ status: 400, errors: [{ path: 'ttlSeconds' }] })
  expect((await max.get('/v1/users/me')).text).toBe(before.text)
})

test('past their time a user counts as away, and comes online anew', async () => {
  const tom = await w.user('Tom', { online: false })
  const first = await set(tom, { presence: 'online', ttlSeconds: 30 })
  await runOut(tom)
  const { body } = await tom.get('/v1/users/me')
  expect(body).toMatchObject({ presence: 'away', onlineSince: null, presenceExpiresAt: null })
  const again = await set(tom, { presence: 'online', ttlSeconds: 30 })
  expect(again.body.onlineSince > first.body.onlineSince).toBe(true)
  expect(await toldOf(tom)).toEqual([
    { userId: tom.id, presence: 'online', onlineSince: first.body.onlineSince },
    { userId: tom.id, presence: 'away', onlineSince: null },
    { userId: tom.id, presence: 'online', onlineSince: again.body.onlineSince },
  ])
})

test('a presence that ran out is told when it is set to away', async () => {
  const lea = await w.user('Lea')
  await runOut(lea)
  await set(lea, { presence: 'away' })
  expect((await toldOf(lea)).map((it) => it.presence)).toEqual(['online', 'away'])
})

test('an admin sets anybody’s presence, anybody else only their own', async () => {
  const [eve, sam] = [await w.user('Eve'), await w.user('Sam')]
  const path = `/v1/users/${sam.id}/presence`
  expect((await w.admin.put(path, { presence: 'away' })).body.presence).toBe('away')
  expect((await sam.put(path, { presence: 'online' })).body.presence).toBe('online')
  expect((await eve.put(path, { presence: 'away' })).body.code).toBe('permission_denied')
  for (const who of [w.channel, w.ava]) {
    expect((await who.put('/v1/users/me/presence', { presence: 'online' })).status).toBe(403)
  }
  const other = await aWorkspace(api)
  expect((await other.admin.put(path, { presence: 'away' })).status).toBe(404)
  expect((await eve.get(`/v1/users/${sam.id}`)).body.presence).toBe('online')
})

test('a deactivated user cannot be online', async () => {
  const ida = await w.user('Ida')
  await w.admin.patch(`/v1/users/${ida.id}`, { active: false })
  const path = `/v1/users/${ida.id}/presence`
  const { body } = await w.admin.put(path, { presence: 'online' })
  expect(body).toMatchObject({ status: 400, errors: [{ path: 'presence' }] })
  expect((await w.admin.put(path, { presence: 'away' })).body.active).toBe(false)
})

test.each([
  [{}, 'presence'],
  [{ presence: 'busy' }, 'presence'],
  [{ presence: 'online', ttlSeconds: 29 }, 'ttlSeconds'],
  [{ presence: 'online', ttlSeconds: 86_401 }, 'ttlSeconds'],
  [{ presence: 'online', ttlSeconds: 60.5 }, 'ttlSeconds'],
  [{ presence: 'online', until: 'noon' }, ''],
])('presence %j is refused at %s', async (body, path) => {
  const answer = await set(w.admin, body)
  expect(answer.body).toMatchObject({ status: 400, errors: [{ path }] })
})

test('many requests to come online at once count as one', async () => {
  const max = await w.user('Max', { online: false })
  const all = Array.from({ length: 10 }, () => set(max, { presence: 'online', ttlSeconds: 60 }))
  const since = (await Promise.all(all)).map((answer) => answer.body.onlineSince)
  expect(new Set(since).size).toBe(1)
  expect(await toldOf(max)).toHaveLength(1)
})

test('a renewal waits for nobody who changes the workspace', async () => {
  const pia = await w.user('Pia again')
  const { db } = api.database.client
  await db.transaction(async (tx) => {
    await lockWorkspace(tx, w.id)
    const renewed = await set(pia, { presence: 'online', ttlSeconds: 60 })
    expect(renewed).toMatchObject({ status: 200, body: { presence: 'online' } })
  })
})
