import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { webhooks } from '../../db/schema.ts'
import { createWebhook } from '../../db/webhooks/webhooks.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { kindOf } from '../harness/history.ts'
import { answer, QUICK, startReceiver } from '../harness/receiver.ts'
import { aChat, type Talk } from '../harness/scenes.ts'
import { textsOf, untilEnded, webhooksOf } from '../harness/webhooks.ts'
import { aWorkspace, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let w: Workspace
let hooks: ReturnType<typeof webhooksOf>
beforeAll(async () => {
  api = await testApi({ allowPrivateWebhooks: true, pace: QUICK })
  w = await aWorkspace(api)
  hooks = webhooksOf(w)
})
afterEach(() => hooks.close())
afterAll(() => api.close())

const say = (chat: Talk, text: string) => chat.does(w.channel, 'messages', { text, from: 'player' })

async function sayAll(chat: Talk, texts: string[]) {
  for (const text of texts) await say(chat, text)
}

test('events are delivered signed, in order, as the list shows them', async () => {
  const hook = await hooks.aWebhook(answer(200), null)
  const chat = await aChat(w, { text: 'Hello' })
  await chat.does(w.ava, 'close')
  const all = await hook.until((got) => got.at(-1)?.type === 'conversation.closed')
  for (const one of all) {
    const { type, timestamp, event: data } = one
    expect(one.verify(hook.secret)).toEqual({ type, timestamp, data })
    expect([type, timestamp]).toEqual([data.type, data.at])
    expect(data.conversationId).toBe(chat.id)
    expect(one.headers['content-type']).toBe('application/json')
  }
  expect(all.map(({ type }) => type)).toEqual([
    'conversation.created',
    'conversation.assigned',
    'message.created',
    'conversation.status_changed',
    'conversation.closed',
  ])
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
})

test('a failing delivery is tried again under its id, signed anew, before the next of its conversation', async () => {
  const hook = await hooks.aWebhook((response, { event }) =>
    answer(event.data.text === 'One' && hook.received.length < 4 ? 503 : 204)(response),
  )
  const chat = await aChat(w)
  await sayAll(chat, ['One', 'Two', 'Three'])
  const all = await hook.until((got) => got.length === 6)
  expect(textsOf(all)).toEqual(['One', 'One', 'One', 'One', 'Two', 'Three'])
  expect(new Set(all.map(({ id }) => id)).size).toBe(3)
  for (const one of all) one.verify(hook.secret)
  await vi.waitFor(async () => {
    const [, , one] = await hook.deliveries()
    expect(one).toMatchObject({ id: all[0]?.id, state: 'delivered', attempts: 4 })
  })
})

test('a delivery whose connection breaks, or that gets no answer, is tried again', async () => {
  const hook = await hooks.aWebhook((response) => {
    if (hook.received.length === 1) response.destroy()
    else if (hook.received.length > 2) response.end()
  })
  await say(await aChat(w), 'One')
  const all = await hook.until((got) => got.length === 3)
  expect(new Set(all.map(({ id }) => id)).size).toBe(1)
})

test('a receiver that hangs holds up neither other conversations nor other webhooks', async () => {
  const held: string[] = []
  const hanging = await hooks.aWebhook((response, { event }) => {
    if (event.conversationId === stuck.id) held.push(event.data.text)
    else response.end()
  })
  const dead = await hooks.aWebhook((response) => response.socket?.pause())
  const other = await hooks.aWebhook()
  const [stuck, free] = [await aChat(w), await aChat(w)]
  await sayAll(stuck, ['S1', 'S2'])
  await sayAll(free, ['F1', 'F2', 'F3'])
  await other.until((got) => got.length === 5)
  const all = await hanging.until((got) => textsOf(got).includes('F3'))
  expect(textsOf(all).filter((text) => text.startsWith('F'))).toEqual(['F1', 'F2', 'F3'])
  await hanging.until(() => held.length > 2)
  expect(new Set(held)).toEqual(new Set(['S1']))
  expect(new Set(textsOf(dead.received))).not.toContain('S2')
})

test('a deactivated webhook is told nothing, and goes on from when it is active again', async () => {
  const hook = await hooks.aWebhook()
  const other = await hooks.aWebhook()
  const chat = await aChat(w)
  await say(chat, 'Before')
  await hook.until((got) => got.length === 1)
  expect(await hook.set(false)).toMatchObject({ active: false })
  await say(chat, 'Meanwhile')
  await other.until((got) => got.length === 2)
  expect(await hook.set(true)).toMatchObject({ active: true })
  await say(chat, 'After')
  expect(textsOf(await hook.until((got) => got.length === 2))).toEqual(['Before', 'After'])
})

test('what was pending when it was deactivated is delivered once it is active again', async () => {
  const hook = await hooks.aWebhook(answer(500))
  const chat = await aChat(w)
  await sayAll(chat, ['One', 'Two'])
  await hook.until((got) => got.length > 0)
  await hook.set(false)
  await untilEnded(api, hook.id)
  hook.reactWith(answer(200))
  const before = hook.received.length
  await hook.set(true)
  const all = await hook.until((got) => textsOf(got).includes('Two'))
  expect(textsOf(all.slice(before))).toEqual(['One', 'Two'])
})

test('a deleted webhook is gone at once, and what it had soon', async () => {
  const hook = await hooks.aWebhook(answer(500))
  await say(await aChat(w), 'One')
  await hook.until((got) => got.length > 0)
  expect((await w.admin.delete(hook.path)).status).toBe(204)
  expect((await w.admin.get(hook.path)).status).toBe(404)
  await untilEnded(api, hook.id)
  const { db } = api.database.client
  expect(await db.$count(webhooks, eq(webhooks.id, hook.id))).toBe(0)
})

test('a retry sends again under the same id, also what has arrived', async () => {
  const hook = await hooks.aWebhook(answer(400, 'No'))
  await say(await aChat(w), 'One')
  await vi.waitFor(async () => expect(await hook.deliveries()).toMatchObject([{ state: 'failed' }]))
  const [{ id }] = await hook.deliveries()
  for (const state of ['failed', 'delivered']) {
    expect(await hook.deliveries()).toMatchObject([{ id, state }])
    hook.reactWith(answer(200, 'Yes'))
    const asked = await w.admin.post(`${hook.path}/deliveries/${id}/retry`)
    expect(asked).toMatchObject({ status: 202, body: { id, state: 'pending' } })
    await vi.waitFor(async () =>
      expect(await hook.deliveries()).toMatchObject([
        { state: 'delivered', answer: { status: 200, error: null, body: 'Yes' } },
      ]),
    )
  }
  expect(hook.received.map((one) => one.id)).toEqual([id, id, id])
})

test('fifty deliveries leave the history as one does, and nothing of them is in it', async () => {
  const hook = await hooks.aWebhook()
  const chat = await aChat(w)
  await say(chat, 'First')
  await hook.until((got) => got.length === 1)
  const before = await historyOf(hook.id)
  await Promise.all(Array.from({ length: 50 }, (_, index) => say(chat, `Secret ${index}`)))
  await hook.until((got) => got.length === 51)
  const after = await historyOf(hook.id)
  expect(after.map(kindOf)).toEqual(before.map(kindOf))
  const told = decoded(after)
  expect(told).toContain(hook.id)
  for (const secret of [hook.secret, hook.url, chat.id, 'Secret'])
    expect(told).not.toContain(secret)
})

test('one whose start was lost is started when something happens', async () => {
  const receiver = await startReceiver()
  const { db } = api.database.client
  const given = { url: receiver.url, types: null }
  await db.transaction((tx) => createWebhook(tx, w.id, given))
  await aChat(w)
  await receiver.until((got) => got.length > 0)
  receiver.close()
})

async function historyOf(id: string) {
  const { events } = await api.temporal.workflow.getHandle(`webhook/${id}`).fetchHistory()
  return events ?? []
}

/** A history with what its payloads hold. */
function decoded(events: Awaited<ReturnType<typeof historyOf>>): string {
  return JSON.stringify(events, (key, value) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString() : value,
  )
}
