import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertNotifications } from '../../../db/notifications.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Caller } from '../../harness/caller.ts'
import { aTicket, type Talk, told } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
})
afterAll(() => api.close())

const list = async (who: Caller, query = '') =>
  expectStatus(await who.get(`/v1/notifications${query}`), 200)
const read = (who: Caller, id: string) => who.post(`/v1/notifications/${id}/read`)
const idsOf = (items: { id: string }[]) => items.map(({ id }) => id)

/** A user with a ticket and this many messages on it, each of which they were told. */
async function aToldUser(messages: number): Promise<{ mia: Person; ticket: Talk }> {
  const mia = await w.user('Mia')
  const ticket = await aTicket(w, mia)
  for (let n = 0; n < messages; n++) {
    await ticket.does(w.channel, 'messages', { text: `${n}`, from: 'player' })
  }
  return { mia, ticket }
}

test('a notification has the contract’s shape, and no text of a message', async () => {
  const { mia, ticket } = await aToldUser(1)
  expect(await list(mia)).toEqual({
    items: [
      {
        id: expect.stringMatching(/^ntf_/),
        kind: 'message',
        conversationId: ticket.id,
        at: expect.stringMatching(/Z$/),
        readAt: null,
      },
    ],
    nextCursor: null,
    unreadCount: 1,
  })
})

test('they come newest first, page by page, each once', async () => {
  const { mia } = await aToldUser(5)
  const { items } = await list(mia)
  const times = items.map(({ at }: { at: string }) => at)
  expect(times).toEqual([...times].sort().reverse())
  const paged: string[] = []
  for (let cursor = ''; ; ) {
    const page = await list(mia, `?limit=2${cursor && `&cursor=${cursor}`}`)
    expect(page.unreadCount).toBe(5)
    paged.push(...idsOf(page.items))
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  expect(paged).toEqual(idsOf(items))
})

test('notifications of the same instant are paged too', async () => {
  const { mia, ticket } = await aToldUser(0)
  const notices = Array.from({ length: 5 }, () => ({ userId: mia.id, kind: 'queued' as const }))
  const { db } = api.database.client
  await db.transaction((tx) =>
    insertNotifications(tx, { id: ticket.id, workspaceId: w.id }, notices),
  )
  const first = await list(mia, '?limit=3')
  const second = await list(mia, `?limit=3&cursor=${first.nextCursor}`)
  expect(new Set(idsOf([...first.items, ...second.items])).size).toBe(5)
})

test('marking a read one again keeps the first time', async () => {
  const { mia } = await aToldUser(2)
  const [newest, oldest] = idsOf((await list(mia)).items) as [string, string]
  const once = expectStatus(await read(mia, newest), 200)
  expect(once).toMatchObject({ id: newest, readAt: expect.stringMatching(/Z$/) })
  expect(expectStatus(await read(mia, newest), 200)).toEqual(once)
  expect(await list(mia, '?unread=true')).toMatchObject({ items: [{ id: oldest }], unreadCount: 1 })
  expect(idsOf((await list(mia)).items)).toEqual([newest, oldest])
})

test('all are read at once, and what comes later is unread', async () => {
  const { mia, ticket } = await aToldUser(3)
  const all = async () => expectStatus(await mia.post('/v1/notifications/read'), 200)
  expect(await all()).toEqual({ read: 3 })
  expect(await list(mia, '?unread=true')).toEqual({ items: [], nextCursor: null, unreadCount: 0 })
  expect(await all()).toEqual({ read: 0 })
  await ticket.does(w.channel, 'messages', { text: 'Hm?', from: 'player' })
  expect((await list(mia)).unreadCount).toBe(1)
})

test('what commits while all are read stays unread', async () => {
  const { mia, ticket } = await aToldUser(1)
  const conversation = { id: ticket.id, workspaceId: w.id }
  await api.database.client.db.transaction(async (tx) => {
    await insertNotifications(tx, conversation, [{ userId: mia.id, kind: 'queued' }])
    const all = expectStatus(await mia.post('/v1/notifications/read', {}), 200)
    expect(all).toEqual({ read: 1 })
  })
  expect(await list(mia, '?unread=true')).toMatchObject({
    items: [{ kind: 'queued', readAt: null }],
    unreadCount: 1,
  })
})

test('those of another user are absent, and reading all marks only one’s own', async () => {
  const { mia } = await aToldUser(1)
  const [id] = idsOf((await list(mia)).items) as [string]
  const stranger = (await aWorkspace(api)).admin
  for (const other of [await w.user('Noor'), w.admin, stranger]) {
    expect(told(await read(other, id))).toEqual({ status: 404, code: 'not_found' })
    expectStatus(await other.post('/v1/notifications/read'), 200)
    expect(idsOf((await list(other)).items)).not.toContain(id)
  }
  expect((await list(mia)).unreadCount).toBe(1)
  for (const unknown of ['ntf_01k00000000000000000000000', 'a b', '%00']) {
    expect(told(await read(mia, unknown))).toEqual({ status: 404, code: 'not_found' })
  }
})

test('only a user has notifications', async () => {
  const { mia } = await aToldUser(1)
  const [id] = idsOf((await list(mia)).items) as [string]
  for (const other of [w.ava, w.channel, api.root]) {
    const answers = [
      await other.get('/v1/notifications'),
      await read(other, id),
      await other.post('/v1/notifications/read'),
    ]
    for (const answer of answers) {
      expect(told(answer)).toEqual({ status: 403, code: 'permission_denied' })
    }
  }
  expect((await list(mia)).unreadCount).toBe(1)
})

test.each(['?unread=maybe', '?limit=0', '?cursor=nonsense'])('%s is a 400', async (query) => {
  const refused = await w.admin.get(`/v1/notifications${query}`)
  expect(refused.body).toMatchObject({ status: 400, code: 'invalid_request' })
})

test('a cursor of all notifications is refused for the unread ones', async () => {
  const { mia } = await aToldUser(2)
  const { nextCursor } = await list(mia, '?limit=1')
  expectStatus(await mia.get(`/v1/notifications?unread=true&cursor=${nextCursor}`), 400)
})
