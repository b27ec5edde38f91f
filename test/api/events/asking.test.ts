import { and, eq, lte } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { events } from '../../../db/schema.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aChat, told } from '../../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../../harness/workspace.ts'
import { happens, idsOf, listed, type Served, served } from './following.ts'

const asList = { accept: 'application/json' }

let api: TestApi
let server: Served
let w: Workspace
beforeAll(async () => {
  api = await testApi({ worker: false })
  server = await served(api)
  w = await aWorkspace(api)
  await happens(api, w.id, 5)
})
afterAll(async () => {
  await server.close()
  await api.close()
})

/** Removes the oldest events up to this position, as retention does. */
async function forget(workspaceId: string, upTo: number) {
  const old = and(eq(events.workspaceId, workspaceId), lte(events.position, upTo))
  await api.database.client.db.delete(events).where(old)
}

const accepts: [accept: string | undefined, type: string][] = [
  ['text/event-stream', 'text/event-stream'],
  ['*/*', 'text/event-stream'],
  [undefined, 'text/event-stream'],
  ['text/event-stream, application/json', 'text/event-stream'],
  ['application/json', 'application/json'],
  ['application/json, text/plain, */*', 'application/json'],
]

test.each(accepts)('Accept: %s is answered with %s', async (accept, type) => {
  const headers = { authorization: `Bearer ${w.admin.token}`, ...(accept && { accept }) }
  const answer = await api.app.request('/v1/events', { headers })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe(type)
  await answer.body?.cancel()
})

test('HEAD opens nothing', async () => {
  const authorization = `Bearer ${w.admin.token}`
  const answer = await api.app.request('/v1/events', { method: 'HEAD', headers: { authorization } })
  expect(answer.status).toBe(200)
  expect(api.events.count()).toBe(0)
})

const malformed = ['-1', '1.5', 'x', '', '1e3', ' 1', '9007199254740993', '9'.repeat(40), '6']

test.each(malformed)('position "%s" is refused before anything is streamed', async (after) => {
  const query = `?after=${encodeURIComponent(after)}`
  for (const headers of [asList, { accept: 'text/event-stream' }]) {
    const refused = await w.admin.get(`/v1/events${query}`, headers)
    expect(refused.status).toBe(400)
    expect(refused.body).toMatchObject({ code: 'invalid_request', errors: [{ path: 'after' }] })
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
  }
  if (after.trim() !== after || after === '') return
  const refused = await w.admin.get('/v1/events', { 'last-event-id': after })
  expect(refused.body).toMatchObject({ errors: [{ path: 'Last-Event-ID' }] })
})

const badQueries = [
  '?types=message.deleted',
  '?types=',
  '?types=message.created,',
  '?limit=0',
  '?limit=201',
  '?cursor=nonsense',
  '?conversationId=',
  '?after=1&after=2',
]

test.each(badQueries)('%s is refused', async (query) => {
  for (const headers of [asList, { accept: 'text/event-stream' }]) {
    const refused = await w.admin.get(`/v1/events${query}`, headers)
    expect(refused.body).toMatchObject({ status: 400, code: 'invalid_request' })
  }
})

test('a cursor belongs to its filters, and goes before a position', async () => {
  const first = await w.admin.get('/v1/events?limit=2&types=user.presence_changed', asList)
  const cursor = first.body.nextCursor as string
  const other = await w.admin.get(`/v1/events?cursor=${cursor}`, asList)
  expect(other.status).toBe(400)
  const query = `types=user.presence_changed&after=0&cursor=${cursor}`
  const { body } = await w.admin.get(`/v1/events?${query}`, asList)
  expect(idsOf(body.items)).toEqual(['3', '4', '5'])
})

test('Last-Event-ID goes before after, and an empty one is none', async () => {
  for (const [header, ids] of [
    ['3', ['4', '5']],
    ['', ['2', '3', '4', '5']],
  ] as const) {
    const stream = await server.follow(w.admin, '?after=1', { 'last-event-id': header })
    expect(await stream.told({ id: '5' })).toEqual(ids)
    await stream.cut()
  }
})

test('too long and unknown values are refused; a type named twice counts once', async () => {
  const headers = { authorization: `Bearer ${w.admin.token}` }
  const long = `types=${'message.created,'.repeat(5_000)}`
  expect((await fetch(`${server.url}/v1/events?${long}`, { headers })).status).toBe(431)
  const repeated = Array(500).fill('user.presence_changed').join()
  const unknown = await w.admin.get('/v1/events?after=4&unknown=1')
  expect(unknown.body).toMatchObject({ status: 400, errors: [{ path: 'unknown' }] })
  const stream = await server.follow(w.admin, `?after=4&types=${repeated}`)
  expect(await stream.told(1)).toEqual(['5'])
  await stream.cut()
})

test('without a token, and for root, there are no events', async () => {
  expect((await api.app.request('/v1/events')).status).toBe(401)
  expect((await api.root.get('/v1/events')).body.code).toBe('permission_denied')
  expect((await api.as('bt_user_nobody').get('/v1/events')).status).toBe(401)
})

test('conversationId and types narrow, live and listed', async () => {
  const space = await aWorkspace(api)
  const [one, other] = [await aChat(space), await aChat(space)]
  const queries: Record<string, string>[] = [
    { conversationId: one.id },
    { types: 'message.created,user.presence_changed' },
    { conversationId: other.id, types: 'message.created' },
    { conversationId: 'cnv_unknown' },
  ]
  const narrowed = (query: Record<string, string>) => `?after=0&${new URLSearchParams(query)}`
  const streams = await Promise.all(
    queries.map((query) => server.follow(space.channel, narrowed(query))),
  )
  const everything = await server.follow(space.channel, '?after=0')
  for (const chat of [one, other, one]) {
    await chat.does(space.channel, 'messages', { text: 'Hello', from: 'player' })
  }
  await happens(api, space.id, 1)
  expect((await everything.told(8)).length).toBe(8)
  for (const [index, expected] of [4, 4, 1, 0].entries()) {
    const stream = streams[index] as (typeof streams)[number]
    expect(await stream.told(expected)).toHaveLength(expected)
    expect(stream.events).toEqual(await listed(space.channel, queries[index]))
    await stream.cut()
  }
  await everything.cut()
})

test('rare events are found, however far apart', async () => {
  const space = await aWorkspace(api)
  const chat = await aChat(space)
  for (let times = 0; times < 3; times++) await happens(api, space.id, 5_000)
  await chat.does(space.channel, 'messages', { text: 'At last', from: 'player' })
  const found = [{ data: { text: 'At last' } }]
  expect(await listed(space.channel, { types: 'message.created' })).toMatchObject(found)
  expect(await listed(space.ava, { after: '2' })).toMatchObject(found)
  const streams = [
    await server.follow(space.ava, '?after=2'),
    await server.follow(space.channel, '?after=0&types=message.created'),
  ]
  for (const stream of streams) {
    await stream.told(1)
    expect(stream.events).toMatchObject(found)
    await stream.cut()
  }
})

test('a position before the oldest event kept is told which that is, and reading goes on there', async () => {
  const space = await aWorkspace(api)
  await happens(api, space.id, 10)
  const { nextCursor } = (await space.admin.get('/v1/events?limit=2', asList)).body
  await forget(space.id, 6)
  for (const [query, headers] of [
    ['?after=5', asList],
    ['?after=0', {}],
    [`?cursor=${nextCursor}`, asList],
    ['', { 'last-event-id': '5' }],
  ] as const) {
    const expired = await space.admin.get(`/v1/events${query}`, headers)
    expect(expired.status).toBe(410)
    expect(told(expired)).toEqual({ status: 410, code: 'position_expired', oldest: '7' })
  }
  expect(idsOf(await listed(space.admin, { after: '6' }))).toEqual(['7', '8', '9', '10'])
  expect(idsOf(await listed(space.admin))).toEqual(['7', '8', '9', '10'])
})

test('when nothing is kept, only the newest position goes on', async () => {
  const space = await aWorkspace(api)
  await happens(api, space.id, 4)
  await forget(space.id, 4)
  const expired = await space.admin.get('/v1/events?after=3')
  expect(told(expired)).toEqual({ status: 410, code: 'position_expired', oldest: '5' })
  const stream = await server.follow(space.admin, '?after=4')
  await happens(api, space.id, 1)
  expect(await stream.told(1)).toEqual(['5'])
  expect(idsOf(await listed(space.admin))).toEqual(['5'])
  await stream.cut()
})

test('types may be repeated as well as separated by commas', async () => {
  const list = async (query: string) => {
    const json = { accept: 'application/json' }
    return (await w.admin.get(`/v1/events?after=0&${query}`, json)).body.items
  }
  const [commas, repeated] = [
    await list('types=conversation.created,user.presence_changed'),
    await list('types=conversation.created&types=user.presence_changed'),
  ]
  expect(repeated.length).toBeGreaterThan(0)
  expect(repeated).toEqual(commas)
})
