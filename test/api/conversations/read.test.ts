import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aLivechat, aTicket, type Talk } from '../../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
let ticket: Talk
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  mia = await w.user('Mia', { online: false })
  ticket = await aTicket(w, mia)
})
afterAll(() => api.close())

const etagOf = async (who: Person) => (await who.get(ticket.path)).headers.get('etag') as string

test('the ETag is strong, and the same for the same body', async () => {
  expect(await etagOf(mia)).toMatch(/^"[^"]+"$/)
  expect(await etagOf(mia)).toBe(await etagOf(mia))
})

test('what differs in the body differs in the ETag, such as what one may do', async () => {
  const [mias, admins] = [await ticket.now(mia), await ticket.now(w.admin)]
  expect(mias.actions).not.toEqual(admins.actions)
  expect(await etagOf(mia)).not.toBe(await etagOf(w.admin))
})

test.each([
  ['alone', (etag: string) => etag],
  ['among others', (etag: string) => `"other", ${etag}`],
  ['as weak', (etag: string) => `W/${etag}`],
  ['as a star', () => '*'],
])('If-None-Match with it %s is 304, without a body', async (_how, header) => {
  const etag = await etagOf(mia)
  const answered = await mia.get(ticket.path, { 'if-none-match': header(etag) })
  expect(answered).toMatchObject({ status: 304, text: '' })
  expect(answered.headers.get('etag')).toBe(etag)
  expect(answered.headers.get('x-request-id')).toEqual(expect.any(String))
})

test('If-None-Match with another ETag is 200', async () => {
  const answered = await mia.get(ticket.path, { 'if-none-match': '"other"' })
  expect(answered.status).toBe(200)
  expect(answered.body.id).toBe(ticket.id)
})

test.each([
  ['a change', () => ticket.does(mia, 'status', { status: 'overdue' })],
  ['a message', () => ticket.does(mia, 'messages', { text: 'Hello' })],
])('after %s it is 200 with a new ETag', async (_what, happen) => {
  const before = await etagOf(mia)
  await happen()
  const answered = await mia.get(ticket.path, { 'if-none-match': before })
  expect(answered.status).toBe(200)
  expect(answered.headers.get('etag')).not.toBe(before)
})

test('who may not see it learns nothing from an ETag', async () => {
  const etag = await etagOf(mia)
  const other = await aWorkspace(api)
  for (const header of [etag, '*']) {
    const answered = await other.admin.get(ticket.path, { 'if-none-match': header })
    expect(answered.status).toBe(404)
    expect(answered.headers.get('etag')).toBeNull()
  }
})

test('a message leaves version and updatedAt, a settled change moves both', async () => {
  const chat = await aLivechat(w, mia)
  const before = await chat.now()
  await chat.does(mia, 'messages', { text: 'Hello' })
  await chat.does(w.channel, 'messages', { text: 'Hello', from: 'player' })
  const after = await chat.now()
  expect(after).toEqual({ ...before, lastMessageAt: expect.any(String) })
  const { conversation } = await chat.does(mia, 'status', { status: 'pending' })
  expect(conversation.version).toBe(before.version + 1)
  expect(conversation.updatedAt > before.updatedAt).toBe(true)
})

test('a refused command changes nothing of it', async () => {
  const chat = await aLivechat(w, mia)
  const before = await chat.now()
  expect((await chat.by(w.admin, 'close')).status).toBe(409)
  expect(await chat.now()).toEqual(before)
})
