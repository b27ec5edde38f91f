import { Client } from '@temporalio/client'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../api/app.ts'
import { listenForSettled } from '../../api/commands/waiting.ts'
import { openEventStreams } from '../../api/events/streams.ts'
import { freePort } from '../../bin/embedded/ports.ts'
import { hashToken } from '../../db/ids.ts'
import { openConnection } from '../../engine/connection.ts'
import { createEngine } from '../../engine/signal.ts'
import { ROOT_TOKEN, type TestApi, testApi } from '../harness/api.ts'
import { caller } from '../harness/caller.ts'
import { mustBeDocumented } from '../harness/documented.ts'
import { aChat, told } from '../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
beforeAll(async () => {
  // Without a worker, whose sweeper would carry out what is to be withdrawn.
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
  mia = await w.user('Mia', { online: false })
})
afterAll(() => api.close())

/** The same database behind an API whose Temporal does not answer. */
async function withoutTemporal() {
  const connection = openConnection(`127.0.0.1:${await freePort()}`)
  const engine = createEngine(new Client({ connection }), api.taskQueue)
  const log = pino({ level: 'silent' })
  const waiting = listenForSettled(api.database.client, log)
  const { db } = api.database.client
  const events = openEventStreams(api.database.client, log)
  const rootTokenHash = hashToken(ROOT_TOKEN)
  const app = createApp({ db, engine, waiting, events, log, rootTokenHash })
  mustBeDocumented(app)
  const as = ({ token }: { token: string }) =>
    caller((path, init) => app.request(path, init), token)
  const close = async () => {
    events.close()
    await waiting.close()
    await connection.close()
  }
  return { app, as, close }
}

test('it is alive and ready, without a token', async () => {
  expect((await api.app.request('/healthz')).status).toBe(200)
  const ready = await api.app.request('/readyz')
  expect(ready.status).toBe(200)
})

test('without Temporal it is alive and not ready, and a command is withdrawn until its key comes again', async () => {
  const { app, as, close } = await withoutTemporal()
  try {
    expect((await app.request('/healthz')).status).toBe(200)
    expect((await app.request('/readyz')).status).toBe(503)
    const chat = await aChat(w)
    const key = { 'idempotency-key': 'withdrawn' }
    const refused = await chat.by(as(w.ava), 'close', {}, key)
    expect(told(refused)).toEqual({ status: 503, code: 'engine_unavailable' })
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(await chat.now()).toMatchObject({ status: 'open', version: 1 })
    expect(await chat.commands()).toEqual([])

    const worker = await api.startWorker()
    const carriedOut = await chat.by(w.ava, 'close', {}, key)
    await worker.stop()
    expectStatus(carriedOut, 200)
    expect(await chat.now()).toMatchObject({ status: 'closed', version: 2 })
    const again = await chat.by(as(w.ava), 'close', {}, key)
    expect(again.text).toBe(carriedOut.text)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await chat.commands()).toHaveLength(1)
  } finally {
    await close()
  }
})

test('messages, reads and webhooks need no Temporal', async () => {
  const { as, close } = await withoutTemporal()
  try {
    const chat = await aChat(w)
    const reply = await as(w.ava).post(`${chat.path}/messages`, { text: 'Hello' })
    expectStatus(reply, 201)
    expectStatus(await as(mia).get('/v1/conversations'), 200)
    const { body } = await as(w.channel).get(`${chat.path}/messages`)
    expect(body.items).toEqual([reply.body])
    const url = 'https://hook.example.com/'
    expectStatus(await as(w.admin).post('/v1/webhooks', { url }), 201)
  } finally {
    await close()
  }
})

test('it tells its metrics by route, without ids or names', async () => {
  const chat = await aChat(w)
  await chat.does(w.ava, 'messages', { text: 'Hello' })
  await mia.get(chat.path)
  const metrics = await api.app.request('/metrics')
  expect(metrics.status).toBe(200)
  expect(metrics.headers.get('content-type')).toMatch(/^text\/plain/)
  const text = await metrics.text()
  expect(text).toMatch(/^# TYPE \w+ (counter|histogram|gauge)$/m)
  expect(text).toContain('/v1/conversations/{id}/messages'.replace('{id}', ':id'))
  for (const secret of [chat.id, mia.id, mia.token, w.id, 'Mia']) expect(text).not.toContain(secret)
})

test('a sane X-Request-Id is echoed', async () => {
  for (const id of ['req-1', 'A_b=c', 'x'.repeat(100)]) {
    const ok = await mia.get('/v1/users/me', { 'x-request-id': id })
    expect(ok.headers.get('x-request-id')).toBe(id)
    const problem = await mia.get('/v1/nothing', { 'x-request-id': id })
    expect(problem.body.requestId).toBe(id)
  }
})

test.each([
  ['with a blank', 'a b'],
  ['with markup', '<script>'],
  ['beyond ASCII', 'clé'],
  ['without end', 'x'.repeat(1000)],
  ['that is empty', ''],
])('instead of an X-Request-Id %s one is made', async (_what, id) => {
  const [one, other] = [
    await mia.get('/v1/nothing', { 'x-request-id': id }),
    await mia.get('/v1/nothing', { 'x-request-id': id }),
  ]
  for (const { headers, body } of [one, other]) {
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,100}$/)
    expect(body.requestId).toBe(headers.get('x-request-id'))
  }
  expect(one.body.requestId).not.toBe(other.body.requestId)
})

test('a refusal on record names its request', async () => {
  const chat = await aChat(w)
  const refused = await chat.by(w.admin, 'messages', { text: 'Hi' }, { 'x-request-id': 'req-7' })
  expect(refused.body).toMatchObject({ requestId: 'req-7', code: 'not_assignee' })
})

const routes = [
  'post /v1/conversations',
  'get /v1/conversations',
  'get /v1/conversations/{id}',
  'get /v1/conversations/{id}/targets',
  'get /v1/conversations/{id}/assignments',
  'get /v1/conversations/{id}/messages',
  'post /v1/conversations/{id}/messages',
  'get /v1/conversations/{id}/commands',
  'post /v1/conversations/{id}/handoff',
  'post /v1/conversations/{id}/transfer',
  'post /v1/conversations/{id}/team-transfer',
  'post /v1/conversations/{id}/takeover',
  'post /v1/conversations/{id}/close',
  'post /v1/conversations/{id}/cancel-handoff',
  'post /v1/conversations/{id}/status',
  'get /v1/commands/{id}',
  'get /v1/notifications',
  'post /v1/notifications/read',
  'post /v1/notifications/{id}/read',
  'post /v1/users/{id}/handover',
  'get /v1/handovers/{id}',
  'post /v1/handovers/{id}/cancel',
  'get /v1/events',
  'post /v1/workspaces',
  'get /v1/workspace',
  'patch /v1/workspaces/{id}',
  ...['roles', 'users', 'teamspaces', 'teams', 'ai-agents'].flatMap((name) => [
    `post /v1/${name}`,
    `get /v1/${name}`,
    `get /v1/${name}/{id}`,
    `patch /v1/${name}/{id}`,
  ]),
  'delete /v1/roles/{id}',
  'get /v1/users/me',
  'put /v1/users/{id}/presence',
  'post /v1/users/{id}/tokens',
  'post /v1/ai-agents/{id}/tokens',
  'delete /v1/ai-agents/{id}',
  'delete /v1/tokens/{id}',
  'post /v1/api-keys',
  'get /v1/api-keys',
  'get /v1/api-keys/{id}',
  'delete /v1/api-keys/{id}',
  'put /v1/teams/{id}/members/{userId}',
  'delete /v1/teams/{id}/members/{userId}',
  'post /v1/webhooks',
  'get /v1/webhooks',
  'get /v1/webhooks/{id}',
  'patch /v1/webhooks/{id}',
  'delete /v1/webhooks/{id}',
  'get /v1/webhooks/{id}/deliveries',
  'post /v1/webhooks/{id}/deliveries/{deliveryId}/retry',
]

test('/openapi.json describes every route of the contract, and those that take a body say which', async () => {
  const response = await api.app.request('/openapi.json')
  expect(response.status).toBe(200)
  const { openapi, paths } = (await response.json()) as {
    openapi: string
    paths: Record<string, Record<string, { requestBody?: unknown }>>
  }
  expect(openapi).toMatch(/^3\.1/)
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  )
  expect(described).toEqual(expect.arrayContaining(routes))
  for (const route of routes.filter((one) => /^(post|patch)/.test(one))) {
    const [method, path] = route.split(' ') as [string, string]
    expect(paths[path]?.[method]?.requestBody, route).toBeDefined()
  }
})

test('/openapi.json refers to nothing that is not in it', async () => {
  const document = await (await api.app.request('/openapi.json')).text()
  const { components } = JSON.parse(document)
  const names = [...document.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(10)
  for (const name of names) expect(components.schemas).toHaveProperty(name as string)
  const answers = [...document.matchAll(/"#\/components\/responses\/(\w+)"/g)].map(([, it]) => it)
  expect(answers.length).toBeGreaterThan(10)
  for (const name of answers) expect(components.responses).toHaveProperty(name as string)
  for (const shape of ['Conversation', 'Assignment', 'Command', 'Message', 'Problem']) {
    expect(components.schemas).toHaveProperty(shape)
  }
})

test('/docs is a page that shows it, from this host alone', async () => {
  const page = await api.app.request('/docs')
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  const html = await page.text()
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
  for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
    expect((await api.app.request(path as string)).status, path).toBe(200)
  }
})
