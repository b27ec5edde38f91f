import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fanOutNow } from '../../../activities/webhooks/fan-out.ts'
import type { Database } from '../../../db/client.ts'
import { webhookDeliveries, webhooks } from '../../../db/schema.ts'
import { retryDelivery } from '../../../db/webhooks/deliveries.ts'
import { type Claimed, claimDue } from '../../../db/webhooks/due.ts'
import { FAILING_AFTER_MS } from '../../../db/webhooks/failing.ts'
import { markDelivered, markFailed, markForRetry } from '../../../db/webhooks/record-outcome.ts'
import { HOLD_MS } from '../../../db/webhooks/releases.ts'
import { activate, createWebhook, type WebhookRow } from '../../../db/webhooks/webhooks.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aChat, type Talk } from '../../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../../harness/workspace.ts'

const CLAIM_MS = 30_000
const DAY_MS = 24 * HOLD_MS
const answer = { status: 500, error: null, body: '' }

let api: TestApi
let db: Database
let w: Workspace
let webhook: WebhookRow
let [a, b]: Talk[] = []
beforeAll(async () => {
  api = await testApi({ worker: false })
  db = api.database.client.db
  w = await aWorkspace(api)
})
afterAll(() => api.close())
beforeEach(async () => {
  const given = { url: 'http://hook.test/', types: ['message.created' as const] }
  ;[a, b] = [await aChat(w), await aChat(w)]
  webhook = await db.transaction((tx) => createWebhook(tx, w.id, given))
})

/** Somebody says this there, and it is turned into a delivery. */
async function said(chat: Talk | undefined, ...texts: string[]): Promise<void> {
  for (const text of texts) await chat?.does(w.channel, 'messages', { text, from: 'player' })
  await fanOutNow(db, webhook)
}

/** What may be sent `afterMs` from now, and is claimed by that. */
async function due(afterMs = 1_000, limit = 8, inFlight: string[] = []): Promise<Claimed[]> {
  const at = new Date(Date.now() + afterMs)
  const claimed = await claimDue(db, webhook.id, { at, limit, claimMs: CLAIM_MS, inFlight })
  return claimed.sort((one, other) => one.position - other.position)
}

const textsOf = (claimed: { body: string }[]) =>
  claimed.map(({ body }) => JSON.parse(body).data.data.text)
const textsDue = async (...when: Parameters<typeof due>) => textsOf(await due(...when))
const onlyOne = ([one]: Claimed[]) => one as Claimed

test('of each conversation the first is due, and nobody claims it twice', async () => {
  await said(a, 'A1', 'A2')
  await said(b, 'B1', 'B2')
  expect(await textsDue()).toEqual(['A1', 'B1'])
  expect(await textsDue()).toEqual([])
})

test('the next is released when the one before it has arrived or failed', async () => {
  await said(a, 'A1', 'A2', 'A3')
  await markDelivered(db, onlyOne(await due()), answer)
  const second = onlyOne(await due())
  expect(textsOf([second])).toEqual(['A2'])
  await markFailed(db, second, answer)
  expect(await textsDue()).toEqual(['A3'])
})

test('what is claimed is due again once the claim has run out, and not before', async () => {
  await said(a, 'A1', 'A2')
  const { claimedUntil } = onlyOne(await due())
  const left = claimedUntil.getTime() - Date.now()
  expect(await textsDue(left - 1_000)).toEqual([])
  expect(await textsDue(left + 1)).toEqual(['A1'])
})

test('a claim begins when it is written down, however long ago it was seen what is due', async () => {
  await said(a, 'A1')
  const nextAttemptAt = new Date(Date.now() - HOLD_MS)
  const its = eq(webhookDeliveries.webhookId, webhook.id)
  await db.update(webhookDeliveries).set({ nextAttemptAt }).where(its)
  const { firstAttemptAt, claimedUntil } = onlyOne(await due(-CLAIM_MS))
  expect(firstAttemptAt.getTime()).toBeGreaterThan(Date.now() - CLAIM_MS / 2)
  expect(claimedUntil.getTime()).toBeGreaterThan(Date.now() + CLAIM_MS / 2)
})

test('what a drain is still at it does not claim again, though the claim has run out', async () => {
  await said(a, 'A1', 'A2')
  const { id } = onlyOne(await due())
  expect(await textsDue(2 * CLAIM_MS, 8, [id])).toEqual([])
  expect(await textsDue(2 * CLAIM_MS, 8, ['dlv_other'])).toEqual(['A1'])
})

test('a failing delivery holds back later ones for an hour from its first attempt', async () => {
  await said(a, 'A1', 'A2', 'A3')
  const first = onlyOne(await due())
  await markForRetry(db, first, answer, DAY_MS)
  const hour = first.firstAttemptAt.getTime() + HOLD_MS - Date.now()
  expect(HOLD_MS).toBe(60 * 60_000)
  expect(await textsDue(hour - 2_000)).toEqual([])
  const second = onlyOne(await due(hour + 1))
  expect(textsOf([second])).toEqual(['A2'])
  await markDelivered(db, second, answer)
  expect(await textsDue()).toEqual(['A3'])
})

test('further attempts do not make it hold longer', async () => {
  await said(a, 'A1', 'A2')
  const first = onlyOne(await due())
  await markForRetry(db, first, answer, 0)
  const again = onlyOne(await due())
  expect(again).toMatchObject({ id: first.id, firstAttemptAt: first.firstAttemptAt, attempts: 2 })
  await markForRetry(db, again, answer, DAY_MS)
  const hour = first.firstAttemptAt.getTime() + HOLD_MS - Date.now()
  expect(await textsDue(hour + 1)).toEqual(['A2'])
})

test('the one that failing held back is due at once when it arrives after all', async () => {
  await said(a, 'A1', 'A2')
  await markForRetry(db, onlyOne(await due()), answer, 0)
  await markDelivered(db, onlyOne(await due()), answer)
  expect(await textsDue()).toEqual(['A2'])
})

test('what happens while one is failing waits behind it, elsewhere it does not', async () => {
  await said(a, 'A1')
  await markForRetry(db, onlyOne(await due()), answer, DAY_MS)
  await said(a, 'A2')
  await said(b, 'B1')
  expect(await textsDue()).toEqual(['B1'])
})

test('what happens when one has been failing for more than an hour goes past it at once', async () => {
  await said(a, 'A1')
  const first = onlyOne(await due())
  await markForRetry(db, first, answer, DAY_MS)
  const firstAttemptAt = new Date(Date.now() - HOLD_MS)
  const its = eq(webhookDeliveries.id, first.id)
  await db.update(webhookDeliveries).set({ firstAttemptAt }).where(its)
  await said(a, 'A2', 'A3')
  expect(await textsDue()).toEqual(['A2'])
  expect(await textsDue()).toEqual([])
})

test('what happens during a first attempt is due when that arrives', async () => {
  await said(a, 'A1')
  const first = onlyOne(await due())
  await said(a, 'A2')
  expect(await textsDue()).toEqual([])
  await markDelivered(db, first, answer)
  expect(await textsDue()).toEqual(['A2'])
})

test('of two that are due past the hour, the earlier goes first', async () => {
  await said(a, 'A1', 'A2')
  const first = onlyOne(await due())
  await markForRetry(db, first, answer, 2 * HOLD_MS)
  const later = 2 * HOLD_MS + 60_000
  expect(await textsDue(later)).toEqual(['A1'])
  // Its claim has run out by then.
  expect(await textsDue(later, 8, [first.id])).toEqual([])
})

test('an attempt that was taken over writes nothing but its success', async () => {
  await said(a, 'A1', 'A2')
  const lost = onlyOne(await due())
  const current = onlyOne(await due(CLAIM_MS + 2_000))
  await markForRetry(db, lost, answer, 0)
  expect(await markFailed(db, lost, answer)).toBe(false)
  expect(await stateOf(current)).toMatchObject({ state: 'pending', lastStatus: null })
  await markDelivered(db, lost, { ...answer, status: 200 })
  expect(await stateOf(current)).toMatchObject({ state: 'delivered', lastStatus: 200 })
})

test('a webhook that was inactive has three days again until it is failing', async () => {
  const fails = async () => markForRetry(db, onlyOne(await due()), answer, 0)
  const its = eq(webhooks.id, webhook.id)
  const age = () =>
    db
      .update(webhooks)
      .set({ troubledSince: new Date(Date.now() - FAILING_AFTER_MS) })
      .where(its)
  await said(a, 'A1')
  await age()
  await db.transaction((tx) => activate(tx, webhook))
  expect(await fails()).toBe(false)
  await age()
  expect(await fails()).toBe(true)
  expect(await fails()).toBe(false)
})

test('what is due longest comes first when there is room for few', async () => {
  await said(b, 'B1')
  await said(a, 'A1')
  expect(await textsDue(1_000, 1)).toEqual(['B1'])
})

test('a retry makes due what is to be tried later, and leaves what is held back', async () => {
  await said(a, 'A1', 'A2')
  const first = onlyOne(await due())
  await markForRetry(db, first, answer, DAY_MS)
  const waiting = await db
    .select()
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.webhookId, webhook.id))
  for (const { id } of waiting) await retryDelivery(db, webhook, id)
  expect(await textsDue()).toEqual(['A1'])
})

test('events turned into deliveries by many at once become one each, in order', async () => {
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`)
  for (const text of texts) await a?.does(w.channel, 'messages', { text, from: 'player' })
  await Promise.all(Array.from({ length: 8 }, () => fanOutNow(db, webhook)))
  const sent: string[] = []
  for (let next = await due(); next[0]; next = await due()) {
    sent.push(...textsOf(next))
    await markDelivered(db, next[0], answer)
  }
  expect(sent).toEqual(texts)
})

test('many drains at once never claim the same', async () => {
  const chats = await Promise.all(Array.from({ length: 12 }, () => aChat(w, { text: 'Hello' })))
  await said(a)
  const all = (await Promise.all(Array.from({ length: 10 }, () => due()))).flat()
  expect(all.map(({ conversationId }) => conversationId).sort()).toEqual(
    chats.map(({ id }) => id).sort(),
  )
})

async function stateOf({ id }: Claimed) {
  const [row] = await db.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, id))
  return row
}
