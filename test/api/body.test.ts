import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import { aChat, type Talk } from '../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let w: Workspace
let chat: Talk
let server: Server
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
  chat = await aChat(w)
  server = serve({ fetch: api.app.fetch, hostname: '127.0.0.1', port: 0 }) as Server
  await once(server, 'listening')
})
afterAll(async () => {
  server.close()
  await api.close()
})

const TOO_LONG = 300 * 1024

/** A connection of its own, kept alive unless the server ends it. */
function aConnection() {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const post = (headers: string[], path = `${chat.path}/messages`) =>
    [`POST ${path} HTTP/1.1`, 'Host: baton', `Authorization: Bearer ${w.channel.token}`, ...headers]
      .concat('', '')
      .join('\r\n')
  const get = `GET ${chat.path} HTTP/1.1\r\nHost: baton\r\nAuthorization: Bearer ${w.channel.token}\r\nConnection: close\r\n\r\n`
  return { socket, post, get, all: text(socket) }
}

const statusesIn = (answers: string) => [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, s]) => s)
const messages = async () => (await chat.messages()).length

test.each<[string, string, (body: string) => string]>([
  ['says its length', `Content-Length: ${TOO_LONG}`, (body) => body],
  [
    'comes in chunks',
    'Transfer-Encoding: chunked',
    (body) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  ],
])('a body over the limit that %s is refused, and the connection ends', async (_, how, framed) => {
  const { socket, post, all } = aConnection()
  socket.write(post(['Content-Type: application/json', how]))
  socket.write(framed('x'.repeat(TOO_LONG)))
  const answers = await all
  expect(statusesIn(answers)).toEqual(['413'])
  expect(answers).toMatch(/connection: close/i)
  expect(answers).toContain('payload_too_large')
})

test('a body over the limit is refused before it is sent', async () => {
  const { socket, post, all } = aConnection()
  socket.write(post(['Content-Type: application/json', `Content-Length: ${TOO_LONG}`]))
  expect(statusesIn(await all)).toEqual(['413'])
})

test.each([
  ['of no type', `${'/v1/conversations'}`, [] as string[], '400'],
  ['to no path', '/v1/nowhere', [], '404'],
  ['without a token', '/v1/conversations', ['Authorization: none'], '401'],
])(
  'after a body %s the next request on its connection is answered',
  async (_, path, more, status) => {
    const { socket, post, get, all } = aConnection()
    const length = 200 * 1024
    const head = post([...more, `Content-Length: ${length}`], path)
    const request = more.length > 0 ? head.replace(/Authorization: Bearer .*\r\n/, '') : head
    socket.write(request + 'x'.repeat(length))
    await once(socket, 'readable')
    socket.write(get)
    expect(statusesIn(await all)).toEqual([status, '200'])
  },
)

test.each([
  ['says its length', ['Content-Length: 100'], '{"text": '],
  ['comes in chunks', ['Transfer-Encoding: chunked'], '9\r\n{"text": \r\n'],
])(
  'a body that %s and does not come is told so within 10 s',
  async (_, headers, part) => {
    const before = await messages()
    const { socket, post, all } = aConnection()
    const since = Date.now()
    socket.write(
      post(['Content-Type: application/json', 'Idempotency-Key: slow', ...headers]) + part,
    )
    const answers = await all
    expect(Date.now() - since).toBeLessThan(10_000)
    expect(statusesIn(answers)).toEqual(['408'])
    expect(answers).toContain('request_timeout')
    expect(answers).toMatch(/connection: close/i)
    expect(await messages()).toBe(before)
  },
  20_000,
)

test('a command whose body did not come is not carried out when the connection ends', async () => {
  const { socket, post, all } = aConnection()
  const headers = ['Content-Type: application/json', 'Content-Length: 2', 'Prefer: respond-async']
  socket.write(post(headers, `${chat.path}/handoff`))
  expect(statusesIn(await all)).toEqual(['408'])
  socket.destroy()
  expect(await chat.commands()).toEqual([])
}, 20_000)

test('a body that comes slowly and in time is taken', async () => {
  const before = await messages()
  const { socket, post, all } = aConnection()
  const body = JSON.stringify({ text: 'Slowly', from: 'player' })
  const headers = ['Content-Type: application/json', `Content-Length: ${body.length}`]
  socket.write(post([...headers, 'Connection: close']))
  for (const part of body) {
    socket.write(part)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(statusesIn(await all)).toEqual(['201'])
  expect(await messages()).toBe(before + 1)
})
