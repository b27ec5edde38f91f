import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { freePort } from '../../../bin/embedded/ports.ts'
import { runApi } from '../../../bin/run/api.ts'
import { readSettings } from '../../../bin/settings.ts'
import { ROOT_TOKEN, type TestApi, testApi } from '../../harness/api.ts'
import { told } from '../../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../../harness/workspace.ts'
import { following, happens, type Served, served } from './following.ts'

/** With a few hundred of these no connection's buffers are large enough. */
const LARGE = 'x'.repeat(50_000)

let api: TestApi
let server: Served
let w: Workspace
beforeAll(async () => {
  api = await testApi({
    worker: false,
    streams: { heartbeatMs: 50, stalledMs: 1_000, streamsPerToken: 50 },
  })
  server = await served(api)
  w = await aWorkspace(api)
})
afterEach(async () => {
  await expect.poll(() => api.events.count(), { timeout: 5_000 }).toBe(0)
})
afterAll(async () => {
  await server.close()
  await api.close()
})

/** A reader who reads nothing yet: what they are sent fills the connection, then their buffer. */
async function reluctant(): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${w.admin.token}` }
  const request = get(`${server.url}/v1/events`, { headers, agent: false })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  return answer.pause()
}

/** The ids of the events that came whole, up to the end or the one whose id this is. */
async function readAll(answer: IncomingMessage, last?: string): Promise<string[]> {
  let text = ''
  const ids = () => [...text.matchAll(/^id: (\d+)\nevent: .*\ndata: .*\n\n/gm)].map(([, id]) => id)
  try {
    for await (const bytes of answer) {
      text += bytes
      if (last && text.includes(`\nid: ${last}\n`) && ids().includes(last)) break
    }
  } catch {
    // It was cut off.
  }
  return ids() as string[]
}

test('a reader who does not read is dropped, and resumes from their last id without loss', async () => {
  const [slow, quick] = [await reluctant(), await server.follow(w.admin)]
  for (let times = 0; times < 5; times++) await happens(api, w.id, 100, LARGE)
  const all = await quick.told(500)
  await expect.poll(() => api.events.count(), { timeout: 10_000 }).toBe(1)
  const read = await readAll(slow)
  expect(read.length).toBeLessThan(500)
  const last = read.at(-1) ?? String(Number(all[0]) - 1)
  const resumed = await server.follow(w.admin, '', { 'last-event-id': last })
  expect([...read, ...(await resumed.told(500 - read.length))]).toEqual(all)
  await Promise.all([quick.cut(), resumed.cut()])
})

test('a reader who reads late is told everything', async () => {
  const [slow, quick] = [await reluctant(), await server.follow(w.admin)]
  await happens(api, w.id, 100, LARGE)
  const all = await quick.told(100)
  expect(await readAll(slow, all.at(-1))).toEqual(all)
  await quick.cut()
})

test('a silent stream is kept alive, and says from where to resume', async () => {
  const [seeing, blind] = [await server.follow(w.admin), await server.follow(w.ava)]
  await happens(api, w.id, 1)
  const [newest] = await seeing.told(1)
  await vi.waitFor(() => expect(blind.comments).toContain('still here'))
  expect(blind.events).toEqual([])
  const headers = { authorization: `Bearer ${w.ava.token}` }
  const answer = await fetch(`${server.url}/v1/events`, { headers })
  expect(answer.headers.get('last-event-id')).toBe(newest)
  let text = ''
  for await (const bytes of answer.body ?? []) {
    text += Buffer.from(bytes)
    if (text.includes('still here')) break
  }
  const retry = Number(/^retry: (\d+)$/m.exec(text)?.[1])
  expect(retry).toBeGreaterThanOrEqual(1_000)
  expect(retry).toBeLessThanOrEqual(3_000)
  const frames = [`: open\nretry: ${retry}\nid: ${newest}`, `: still here\nid: ${newest}`, '']
  expect(text).toBe(frames.join('\n\n'))
  await Promise.all([seeing.cut(), blind.cut()])
})

test('a closed stream leaves nothing behind, and /metrics counts the open ones', async () => {
  const readers = async () =>
    /^baton_event_readers (\d+)$/m.exec(await (await api.app.request('/metrics')).text())?.[1]
  const streams = await Promise.all(Array.from({ length: 30 }, () => server.follow(w.channel)))
  expect(await readers()).toBe('30')
  for (const stream of streams.slice(10)) await stream.cut()
  await expect.poll(readers).toBe('10')
  for (const stream of streams.slice(0, 10)) await stream.cut()
  await expect.poll(readers).toBe('0')
})

test('a token has at most so many streams, here fifty, until one of them ends', async () => {
  const streams = await Promise.all(Array.from({ length: 60 }, () => server.follow(w.channel)))
  const statuses = streams.map((stream) => stream.response.status)
  expect(statuses.toSorted()).toEqual([...Array(50).fill(200), ...Array(10).fill(429)])
  const refused = await w.channel.get('/v1/events')
  expect(told(refused)).toEqual({ status: 429, code: 'too_many_streams' })
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
  const open = streams.filter((stream) => stream.response.ok)
  const another = await server.follow(w.admin)
  expect(another.response.status).toBe(200)
  await Promise.all([another, ...open.slice(0, 2)].map((stream) => stream.cut()))
  await expect.poll(() => api.events.count()).toBe(48)
  const again = [await server.follow(w.channel), await server.follow(w.channel)]
  expect(again.map((stream) => stream.response.status)).toEqual([200, 200])
  expect((await w.channel.get('/v1/events')).status).toBe(429)
  await Promise.all([...again, ...open.slice(2)].map((stream) => stream.cut()))
})

test('a lost database connection, listening or not, loses no event', async () => {
  const stream = await server.follow(w.admin)
  const { sql } = api.database.client
  await happens(api, w.id, 1)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`
  await vi.waitFor(() => happens(api, w.id, 2))
  const [first] = await stream.told(3)
  const ids = stream.events.map((event) => Number(event.id) - Number(first))
  expect(ids).toEqual([0, 1, 2])
  await stream.cut()
})

test('an API that stops ends its streams at once', async () => {
  const settings = readSettings({ BATON_LOG_LEVEL: 'silent', PORT: String(await freePort()) })
  const running = await runApi({
    ...settings,
    databaseUrl: api.database.url,
    temporalAddress: '127.0.0.1:1',
    rootToken: ROOT_TOKEN,
  })
  const headers = { authorization: `Bearer ${w.admin.token}` }
  const stream = await following(`${running.url}/v1/events`, headers)
  const stopping = performance.now()
  await running.stop()
  expect(await stream.ended).toBe('ended')
  expect(performance.now() - stopping).toBeLessThan(3_000)
})
