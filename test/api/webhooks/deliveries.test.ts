import type { ServerResponse } from 'node:http'
import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { webhookDeliveries, webhooks } from '../../../db/schema.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { answer, QUICK } from '../../harness/receiver.ts'
import { aChat, type Talk } from '../../harness/scenes.ts'
import { type Hook, textsOf, webhooksOf } from '../../harness/webhooks.ts'
import { aWorkspace, type Workspace } from '../../harness/workspace.ts'

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

/** The deliveries of a webhook, latest first, once they match. */
const untilTold = (hook: Hook, wanted: object[]) =>
  vi.waitFor(
    async () => {
      const all = await hook.deliveries()
      expect(all).toMatchObject(wanted)
      return all
    },
    { timeout: 10_000, interval: 50 },
  )

const threeDaysAgo = sql`now() - interval '3 days'`

async function makeOld({ id }: Hook, when: { firstAttemptAt: SQL }) {
  const { db } = api.database.client
  await db.update(webhookDeliveries).set(when).where(eq(webhookDeliveries.webhookId, id))
}

/** Changes the rows as if no attempt had succeeded for so long. */
async function troubledForDays({ id }: Hook, long = '3 days') {
  const troubledSince = sql`now() - ${long}::interval`
  const of = and(eq(webhooks.id, id), isNotNull(webhooks.troubledSince))
  await api.database.client.db.update(webhooks).set({ troubledSince }).where(of)
}

test('a delivery tells its event, its number of attempts and the last answer', async () => {
  const hook = await hooks.aWebhook((response) =>
    answer(hook.received.length === 1 ? 500 : 200, `Answer ${hook.received.length}`)(response),
  )
  const chat = await aChat(w)
  await say(chat, 'Hello')
  const [told] = await untilTold(hook, [{ state: 'delivered' }])
  expect(told).toEqual({
    ...{ id: hook.received[0]?.id, eventId: hook.received[0]?.event.id },
    ...{ type: 'message.created', conversationId: chat.id, state: 'delivered', attempts: 2 },
    ...{ createdAt: expect.any(String), firstAttemptAt: expect.any(String) },
    ...{ nextAttemptAt: null, deliveredAt: expect.any(String) },
    answer: { status: 200, error: null, body: 'Answer 2' },
  })
})

test('a refusal or a redirect fails a delivery at once, and the next goes on', async () => {
  const elsewhere = await hooks.aWebhook(answer(200), ['user.presence_changed'])
  const answers = [answer(404, 'x'.repeat(9_000)), answer(302, '', { location: elsewhere.url })]
  const hook = await hooks.aWebhook((response) =>
    (answers[hook.received.length - 1] ?? answer(200))(response),
  )
  const chat = await aChat(w)
  for (const text of ['One', 'Two', 'Three']) await say(chat, text)
  const [, , refused] = await untilTold(hook, [
    { state: 'delivered', attempts: 1 },
    { state: 'failed', attempts: 1, answer: { status: 302 } },
    { state: 'failed', attempts: 1, answer: { status: 404 } },
  ])
  expect(refused.answer.body).toBe('x'.repeat(1024))
  expect(textsOf(hook.received)).toEqual(['One', 'Two', 'Three'])
  expect(elsewhere.received).toEqual([])
})

test('only the types it asked for are delivered', async () => {
  const types = ['conversation.closed', 'conversation.created']
  const hook = await hooks.aWebhook(answer(200), types)
  const chat = await aChat(w, { text: 'Hello' })
  await chat.does(w.ava, 'close')
  const all = await hook.until((got) => got.length === 2)
  expect(all.map(({ type }) => type)).toEqual(['conversation.created', 'conversation.closed'])
  await untilTold(hook, [{ type: 'conversation.closed' }, { type: 'conversation.created' }])
})

test('one that is tried for three days fails', async () => {
  const hook = await hooks.aWebhook(answer(503))
  await say(await aChat(w), 'Old')
  await untilTold(hook, [{ state: 'pending', answer: { status: 503 } }])
  await makeOld(hook, { firstAttemptAt: threeDaysAgo })
  await untilTold(hook, [{ state: 'failed', nextAttemptAt: null, answer: { status: 503 } }])
})

const failures = {
  'hangs up': (response: ServerResponse) => response.destroy(),
  'is broken': answer(500),
  'knows nothing': answer(404),
  'sends elsewhere': answer(302, '', { location: 'http://127.0.0.1/' }),
}

test.each(Object.entries(failures))(
  'a webhook that %s for three days is failing, told once, until the next success',
  async (_how, failure) => {
    const hook = await hooks.aWebhook(failure)
    const chat = await aChat(w)
    await say(chat, 'Old')
    await untilTold(hook, [{ attempts: expect.any(Number), answer: expect.anything() }])
    expect(await hook.now()).toMatchObject({ failingSince: null })
    await troubledForDays(hook)
    for (const text of ['One', 'Two']) await say(await aChat(w), text)
    await untilTold(
      hook,
      [0, 1, 2].map(() => ({ answer: expect.anything() })),
    )
    expect(await hook.now()).toMatchObject({ active: true, failingSince: expect.any(String) })
    const told = (await w.admin.get('/v1/notifications')).body.items
    const ofHook = told.filter(({ webhookId }: { webhookId: string }) => webhookId === hook.id)
    expect(ofHook).toMatchObject([{ kind: 'webhook_failing', conversationId: null }])
    hook.reactWith(answer(200))
    await say(await aChat(w), 'New')
    await vi.waitFor(async () => expect(await hook.now()).toMatchObject({ failingSince: null }))
  },
)

test('one event that the receiver always refuses does not make a webhook failing', async () => {
  const hook = await hooks.aWebhook((response, { event }) =>
    answer(event.data.text === 'Poison' ? 500 : 200)(response),
  )
  await say(await aChat(w), 'Poison')
  await untilTold(hook, [{ state: 'pending', answer: { status: 500 } }])
  await troubledForDays(hook, '71 hours')
  await say(await aChat(w), 'Fine')
  await untilTold(hook, [{ state: 'delivered' }, { state: 'pending' }])
  await makeOld(hook, { firstAttemptAt: threeDaysAgo })
  await untilTold(hook, [{ state: 'delivered' }, { state: 'failed' }])
  expect(await hook.now()).toMatchObject({ failingSince: null })
})

test('a retry begins its three days anew', async () => {
  const hook = await hooks.aWebhook(answer(410))
  await say(await aChat(w), 'One')
  const [{ id }] = await untilTold(hook, [{ state: 'failed', attempts: 1 }])
  await makeOld(hook, { firstAttemptAt: threeDaysAgo })
  hook.reactWith(answer(500))
  await w.admin.post(`${hook.path}/deliveries/${id}/retry`, {})
  await untilTold(hook, [{ id, state: 'pending', answer: { status: 500 } }])
  hook.reactWith(answer(200))
  await untilTold(hook, [{ id, state: 'delivered' }])
})

test('a retry of another webhook’s delivery finds nothing', async () => {
  const [hook, other] = [await hooks.aWebhook(), await hooks.aWebhook()]
  await say(await aChat(w), 'One')
  const [{ id }] = await untilTold(hook, [{ state: 'delivered' }])
  for (const one of [id, 'dlv_none', '%00']) {
    expect((await w.admin.post(`${other.path}/deliveries/${one}/retry`)).status).toBe(404)
  }
  expect(hook.received).toHaveLength(1)
})

test('nothing is retried while the webhook is inactive', async () => {
  const hook = await hooks.aWebhook(answer(410))
  await say(await aChat(w), 'One')
  const [failed] = await untilTold(hook, [{ state: 'failed' }])
  await hook.set(false)
  const retry = () => w.admin.post(`${hook.path}/deliveries/${failed.id}/retry`)
  expect((await retry()).body).toMatchObject({ status: 409, code: 'webhook_inactive' })
  expect(await hook.deliveries()).toEqual([failed])
  await hook.set(true)
  expect((await retry()).status).toBe(202)
  await hook.until((got) => got.length === 2)
})

test('deliveries are read page by page, latest first', async () => {
  const hook = await hooks.aWebhook()
  const chat = await aChat(w)
  for (const text of ['1', '2', '3', '4', '5']) await say(chat, text)
  const all = await untilTold(
    hook,
    Array.from({ length: 5 }, () => ({ state: 'delivered' })),
  )
  const paged: unknown[] = []
  for (let cursor = ''; ; ) {
    const { body } = await w.channel.get(`${hook.path}/deliveries?limit=2${cursor}`)
    paged.push(...body.items)
    if (!body.nextCursor) break
    cursor = `&cursor=${body.nextCursor}`
  }
  expect(paged).toEqual(all)
  expect(textsOf(hook.received)).toEqual(['1', '2', '3', '4', '5'])
  const foreign = (await w.channel.get('/v1/conversations?limit=1')).body.nextCursor
  const wrong = await w.channel.get(`${hook.path}/deliveries?cursor=${foreign}`)
  expect(wrong.status).toBe(400)
})

test('a new webhook is told nothing of what happened before', async () => {
  const chat = await aChat(w)
  await say(chat, 'Before')
  const hook = await hooks.aWebhook()
  await say(chat, 'After')
  expect(textsOf(await hook.until((got) => got.length > 0))).toEqual(['After'])
  await untilTold(hook, [{ state: 'delivered' }])
})
