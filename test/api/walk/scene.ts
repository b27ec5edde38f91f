import { sql } from 'drizzle-orm'
import { webhookBody } from '../../../contract/webhook-body.ts'
import { webhookDeliveries } from '../../../db/schema.ts'
import { beginShiftChange } from '../../../db/shift-changes.ts'
import { fanOut } from '../../../db/webhooks/fan-out.ts'
import { createWebhook } from '../../../db/webhooks/webhooks.ts'
import type { TestApi } from '../../harness/api.ts'
import { aChat, aQueuedChat, aTicket } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

/** One id of each kind of thing that a request can name. */
export type Ids = Record<
  | 'workspace'
  | 'user'
  | 'role'
  | 'team'
  | 'teamspace'
  | 'aiAgent'
  | 'apiKey'
  | 'token'
  | 'conversation'
  | 'command'
  | 'notification'
  | 'shiftChange'
  | 'webhook'
  | 'delivery',
  string
>

export type Scene = { w: Workspace; mia: Person; ids: Ids }

/** A workspace with rows in every table, in which nothing changes by itself. */
export async function aLivedInWorkspace(api: TestApi): Promise<Scene> {
  const w = await aWorkspace(api)
  const mia = await w.user('Mia')
  const conversation = await somethingHappens(w, mia)
  const shiftChange = await aRunningShiftChange(api, w, mia)
  const { webhook, delivery } = await aToldWebhook(api, w.id)
  const [command] = await itemsOf(w.channel, `/v1/conversations/${conversation}/commands`)
  const [notification] = await itemsOf(mia, '/v1/notifications')
  const [token] = await itemsOf(w.admin, `/v1/users/${mia.id}/tokens`)
  const [apiKey] = await itemsOf(w.admin, '/v1/api-keys')
  const unused = await w.create('/v1/roles', { name: 'Unused', ...nothing })
  const ids = { command, notification, token, apiKey, shiftChange, webhook, delivery, conversation }
  const own = { workspace: w.id, teamspace: w.teamspaceId, team: w.support.id, user: mia.id }
  const made = { role: unused.id as string, aiAgent: w.ava.id }
  return { w, mia, ids: { ...(ids as Record<keyof typeof ids, string>), ...own, ...made } }
}

const none = { view: 'none', manage: 'none', transfer: false }
const nothing = { livechats: none, tickets: none }

/** A livechat that round robin gave to Mia, a ticket, and a chat that waits. */
async function somethingHappens(w: Workspace, mia: Person): Promise<string> {
  const roundRobin = { assignment: { method: 'round_robin' } }
  expectStatus(await w.admin.patch(`/v1/teamspaces/${w.teamspaceId}`, roundRobin), 200)
  const livechat = await aChat(w, { text: 'Hello?' })
  await livechat.does(w.channel, 'handoff')
  const keyed = { 'idempotency-key': 'once' }
  expectStatus(await livechat.by(mia, 'messages', { text: 'Yes?' }, keyed), 201)
  await aTicket(w, mia)
  expectStatus(await mia.put('/v1/users/me/presence', { presence: 'away' }), 200)
  await aQueuedChat(w)
  return livechat.id
}

/** Begun, but not started: it stays as it is, and could be cancelled. */
async function aRunningShiftChange(api: TestApi, w: Workspace, mia: Person): Promise<string> {
  const to = { userId: w.admin.id }
  const of = { workspaceId: w.id, userId: mia.id, to, kinds: ['chat' as const], actorId: mia.id }
  const row = await api.database.client.db.transaction((tx) => beginShiftChange(tx, of))
  return row.id
}

/** A webhook with all events delivered, so that nothing is left to do. */
async function aToldWebhook({ database }: TestApi, workspaceId: string) {
  return database.client.db.transaction(async (tx) => {
    const asked = { url: 'https://hooks.invalid/', types: null }
    const webhook = await createWebhook(tx, workspaceId, asked)
    await fanOut(tx, { ...webhook, position: 0 }, webhookBody)
    const told = { state: 'delivered' as const, deliveredAt: sql`now()`, nextAttemptAt: null }
    const [row] = await tx.update(webhookDeliveries).set(told).returning()
    return { webhook: webhook.id, delivery: (row as { id: string }).id }
  })
}

async function itemsOf(who: Person | Workspace['channel'], path: string): Promise<string[]> {
  const { items } = expectStatus(await who.get(path), 200)
  return items.map((item: { id: string }) => item.id)
}
