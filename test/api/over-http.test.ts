import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import { aChat } from '../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../harness/workspace.ts'
import { type Served, served } from './events/following.ts'

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

type Sent = { method?: string; token: string; type?: string; body?: Buffer; chunked?: boolean }

/** Sends a request byte for byte: a client would correct it. */
function send(path: string, { method = 'GET', token, type, body, chunked }: Sent) {
  const { hostname, port } = new URL(server.url)
  const headers = {
    authorization: `Bearer ${token}`,
    ...(type !== undefined && { 'content-type': type }),
    ...(body && !chunked && { 'content-length': String(body.length) }),
  }
  return new Promise<{ status?: number; text: string }>((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers }, async (answer) => {
      let text = ''
      for await (const part of answer) text += part
      resolve({ status: answer.statusCode, text })
    })
    asked.once('error', reject)
    asked.end(body)
  })
}

const form = 'application/x-www-form-urlencoded'

test.each([false, true])('an empty body is an empty object, chunked: %j', async (chunked) => {
  const chat = await aChat(w)
  const empty = { method: 'POST', token: w.ava.token, body: Buffer.alloc(0), chunked }
  for (const type of [form, 'text/plain; charset=latin1', undefined]) {
    const { status, text } = await send(`${chat.path}/close`, { ...empty, type })
    // It is closed by the first.
    expect([type, status]).toEqual([type, type === form ? 200 : 409])
    expect(text).not.toContain('invalid_request')
  }
  const message = await send(`${chat.path}/messages`, { ...empty, type: form })
  expect(JSON.parse(message.text)).toMatchObject({ status: 400, errors: [{ path: 'text' }] })
})

test.each([false, true])('a body with a broken byte is refused, chunked: %j', async (chunked) => {
  const chat = await aChat(w)
  const body = Buffer.from('{"from":"player","text":"a\xffb"}', 'latin1')
  const type = 'application/json'
  const sent = { method: 'POST', token: w.channel.token, type, body, chunked }
  const { status } = await send(`${chat.path}/messages`, sent)
  expect(status).toBe(400)
  expect(await chat.messages()).toEqual([])
})

test('bytes beyond ASCII in a path or query are refused, not taken for Latin-1', async () => {
  const { token } = w.admin
  // Node writes each character as one byte: these two are é in UTF-8.
  const raw = '\u00c3\u00a9'
  for (const path of [`/v1/conversations?player=${raw}`, `/v1/teams/${raw}`]) {
    expect([path, (await send(path, { token })).status]).toEqual([path, 400])
  }
  expect((await send('/v1/conversations?player=%c3%a9', { token })).status).toBe(200)
})
