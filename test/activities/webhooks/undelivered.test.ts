import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fanOutNow } from '../../../activities/webhooks/fan-out.ts'
import type { Database } from '../../../db/client.ts'
import { removals } from '../../../db/retention.ts'
import { webhookDeliveries, webhooks } from '../../../db/schema.ts'
import { claimDue } from '../../../db/webhooks/due.ts'
import { createWebhook, type WebhookRow } from '../../../db/webhooks/webhooks.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aChat, type Talk } from '../../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../../harness/workspace.ts'

const DAY_MS = 24 * 60 * 60_000

let api: TestApi
let db: Database
let w: Workspace
let webhook: WebhookRow
let chat: Talk
beforeAll(async () => {
  api = await testApi({ worker: false })
  db = api.database.client.db
  w = await aWorkspace(api)
})
afterAll(() => api.close())
beforeEach(async () => {
  const given = { url: 'http://hook.test/', types: ['message.created' as const] }
  chat = await aChat(w)
  webhook = await db.transaction((tx) => createWebhook(tx, w.id, given))
  await said('Old 1', 'Old 2')
  const old = { createdAt: sql`now() - interval '91 days'` }
  await db.update(webhookDeliveries).set(old).where(ofWebhook())
  await said('New 1', 'New 2')
})

const ofWebhook = () => eq(webhookDeliveries.webhookId, webhook.id)

async function said(...texts: string[]): Promise<void> {
  for (const text of texts) await chat.does(w.channel, 'messages', { text, from: 'player' })
  await fanOutNow(db, webhook)
}

const become = (how: Partial<WebhookRow>) =>
  db.update(webhooks).set(how).where(eq(webhooks.id, webhook.id))

/** How many of those that are older than 90 days it removes, and what is left in order. */
async function removeOld() {
  const before = new Date(Date.now() - 90 * DAY_MS).toISOString()
  const removed = await removals.undelivered?.(db, before)
  const { body, position } = webhookDeliveries
  const left = await db
    .select({ body })
    .from(webhookDeliveries)
    .where(ofWebhook())
    .orderBy(position)
  return [removed, ...textsOf(left)]
}

const textsOf = (all: { body: string }[]) => all.map(({ body }) => JSON.parse(body).data.data.text)

function due() {
  const claim = { at: new Date(Date.now() + 1_000), limit: 8, claimMs: 30_000 }
  return claimDue(db, webhook.id, claim)
}

test.each<[string, Partial<WebhookRow>]>([
  ['failing', { failingSince: new Date() }],
  ['inactive', { deactivatedAt: new Date() }],
])('what is old and pending of a webhook that is %s goes, and the next is due', async (_, how) => {
  await become(how)
  expect(await removeOld()).toEqual([2, 'New 1', 'New 2'])
  expect(await removeOld()).toEqual([0, 'New 1', 'New 2'])
  expect(textsOf(await due())).toEqual(['New 1'])
})

test('of one that is well all stays', async () => {
  expect(await removeOld()).toEqual([0, 'Old 1', 'Old 2', 'New 1', 'New 2'])
})

test('what is in flight stays, and the next waits behind it', async () => {
  await become({ failingSince: new Date() })
  expect(textsOf(await due())).toEqual(['Old 1'])
  expect(await removeOld()).toEqual([1, 'Old 1', 'New 1', 'New 2'])
  expect(await due()).toEqual([])
})
