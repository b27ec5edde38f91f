import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createBaton, type Event, EventsRefused, type Problem } from '../../client/index.ts'
import { events as eventRows } from '../../db/schema.ts'
import { type Served, served } from '../api/events/following.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { startProxy } from '../harness/proxy.ts'
import { aChat } from '../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let server: Served
let w: Workspace
beforeAll(async () => {
  api = await testApi()
  server = await served(api)
  w = await aWorkspace(api)
})
afterAll(async () => {
  await server.close()
  await api.close()
})

const as = ({ token }: { token: string }, url = server.url) => createBaton({ url, token })

test('its types are made from the contract as it is served: else run npm run client', async () => {
  const document = await (await api.app.request('/openapi.json')).text()
  const hash = createHash('sha256').update(document).digest('hex')
  expect(readFileSync('client/contract.ts', 'utf8').split('\n')[0]).toContain(hash)
})

test('a command is answered with its result or its problem', async () => {
  const mia = await w.user('Mia')
  const { id } = await aChat(w)
  const params = { path: { id } }
  const { data } = await as(w.ava).POST('/v1/conversations/{id}/handoff', { params, body: {} })
  expect(data?.command).toMatchObject({ kind: 'handoff', outcome: 'accepted' })
  const body = { message: { text: 'Mine' } }
  const again = await as(mia).POST('/v1/conversations/{id}/takeover', { params, body })
  expect(again.error).toMatchObject({ code: 'already_assignee', status: 409 })
})

test('a refusal is one of its route, and its code tells what else it carries', async () => {
  const { id } = await aChat(w)
  const asked = { params: { path: { id } }, body: { text: 'Hello' } }
  const { error } = await as(w.admin).POST('/v1/conversations/{id}/messages', asked)
  // @ts-expect-error Nobody is refused a reply so.
  const isNoRefusalOfReplies = error?.code === 'last_admin'
  const any: Problem | undefined = error
  if (error?.code !== 'not_assignee') throw new Error(`${any?.code}, ${isNoRefusalOfReplies}`)
  expect([error.assignee?.name, error.epoch]).toEqual(['Ava', 1])
})

test('events go on where the connection broke, from the first moment on', async () => {
  const proxy = await startProxy(server.url)
  const ending = new AbortController()
  const told: Event[] = []
  const types = ['message.created' as const]
  const following = (async () => {
    const options = { types, signal: ending.signal }
    for await (const event of as(w.channel, proxy.url).events(options)) told.push(event)
  })()
  await vi.waitFor(() => expect(proxy.accepted()).toBeGreaterThan(0))
  await vi.waitFor(async () => {
    const metrics = await (await api.app.request('/metrics')).text()
    expect(metrics).toMatch(/baton_event_readers 1/)
  })
  const chat = await aChat(w)
  const say = (text: string) => chat.does(w.channel, 'messages', { text, from: 'player' })
  for (let n = 0; n < 5; n += 1) {
    proxy.reset()
    await say(`While it is cut ${n}`)
    await vi.waitFor(() => expect(told).toHaveLength(n + 1), { timeout: 8_000 })
  }
  ending.abort()
  await following
  expect(told.map(({ data }) => (data as { text: string }).text)).toEqual(
    Array.from({ length: 5 }, (_, n) => `While it is cut ${n}`),
  )
  proxy.close()
}, 30_000)

test('a refused stream ends with its problem', async () => {
  const nobody = as({ token: 'bt_user_nobody' }).events()
  await expect(nobody.next()).rejects.toMatchObject({ problem: { code: 'unauthenticated' } })
  await api.database.client.db.delete(eventRows)
  const late = as(w.channel).events({ after: '0' })
  await expect(late.next()).rejects.toThrow(EventsRefused)
})
