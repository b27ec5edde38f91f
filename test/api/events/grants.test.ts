import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Caller } from '../../harness/caller.ts'
import { aLivechat, aRole, aTeam, aTeamChat, type Talk } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'
import { happens, idsOf, type Served, served } from './following.ts'

const WITHIN_MS = 1_000
/** Longer than a poll takes to find what no notification announced. */
const UNTOLD_WITHIN_MS = 2_000

let api: TestApi
let server: Served
let w: Workspace
let colleague: Person
beforeAll(async () => {
  api = await testApi()
  server = await served(api)
  w = await aWorkspace(api)
  colleague = await w.user('Colleague', { online: false })
})
afterAll(async () => {
  await server.close()
  await api.close()
})

const says = (chat: Talk, text: string) =>
  chat.does(w.channel, 'messages', { text, from: 'player' })

/** What one stream tells of messages before and after `change`. */
async function toldAround(who: Caller, chat: Talk, change: () => Promise<unknown>) {
  const stream = await server.follow(who, '?types=message.created,user.presence_changed')
  /** Everything before this event was told by now, or never will be. */
  async function mark(text: string) {
    await happens(api, w.id, 1, text)
    await expect.poll(() => stream.events.at(-1)?.data.text, { timeout: 5_000 }).toBe(text)
  }
  await says(chat, 'Before')
  // What is not told yet will be judged by the new grants.
  await mark('Mark')
  await change()
  await says(chat, 'After')
  await mark('Last')
  await stream.cut()
  const texts = stream.events.map((event) => event.data.text)
  return texts.filter((text) => text !== 'Mark' && text !== 'Last')
}

async function aViewer(view: string, team: { id: string }) {
  const roleId = await aRole(w, { livechats: { view, manage: 'none' } })
  return { roleId, viewer: await w.user('Viewer', { teams: [team], roleId, online: false }) }
}

test('a role that sees less is told less, and one that sees more is told more, at once', async () => {
  const { roleId, viewer } = await aViewer('all', w.billing)
  const chat = await aLivechat(w, colleague)
  const gives = (view: string) => async () =>
    expectStatus(await w.admin.patch(`/v1/roles/${roleId}`, { livechats: { view } }), 200)
  expect(await toldAround(viewer, chat, gives('own'))).toEqual(['Before'])
  expect(await toldAround(viewer, chat, gives('all'))).toEqual(['After'])
})

test('another role counts at once', async () => {
  const { viewer } = await aViewer('all', w.billing)
  const roleId = await aRole(w, { livechats: { view: 'own', manage: 'own' } })
  const chat = await aLivechat(w, colleague)
  const change = () => w.admin.patch(`/v1/users/${viewer.id}`, { roleId })
  expect(await toldAround(viewer, chat, change)).toEqual(['Before'])
})

test('joining a team and leaving it count at once', async () => {
  const team = await aTeam(w, 'Alpha')
  const holder = await w.user('Holder', { teams: [team], online: false })
  const { viewer } = await aViewer('team', team)
  const chat = await aTeamChat(w, team, holder)
  const membership = `/v1/teams/${team.id}/members/${viewer.id}`
  expect(await toldAround(viewer, chat, () => w.admin.delete(membership))).toEqual(['Before'])
  expect(await toldAround(viewer, chat, () => w.admin.put(membership))).toEqual(['After'])
})

/** Ways to make somebody's token invalid. */
const ends: [what: string, whose: () => Promise<{ who: Caller; end: () => Promise<unknown> }>][] = [
  [
    'a deleted token',
    async () => {
      const { id, token } = await w.create(`/v1/users/${colleague.id}/tokens`, {})
      return { who: api.as(token), end: () => w.admin.delete(`/v1/tokens/${id}`) }
    },
  ],
  [
    'a deactivated user',
    async () => {
      const who = await w.user('Leaver', { online: false })
      return { who, end: () => w.admin.patch(`/v1/users/${who.id}`, { active: false }) }
    },
  ],
  [
    'a revoked API key',
    async () => {
      const { id, token } = await w.create('/v1/api-keys', { name: 'Old' })
      return { who: api.as(token), end: () => w.admin.delete(`/v1/api-keys/${id}`) }
    },
  ],
  [
    'a deleted AI agent',
    async () => {
      const who = await w.bot('Gone')
      return { who, end: () => w.admin.delete(`/v1/ai-agents/${who.id}`) }
    },
  ],
]

test.each(ends)('the stream of %s ends at once, and another’s goes on', async (_what, whose) => {
  const { who, end } = await whose()
  const [stream, another] = [await server.follow(who), await server.follow(w.channel)]
  await end()
  const changedAt = performance.now()
  expect(await stream.ended).toBe('ended')
  expect(performance.now() - changedAt).toBeLessThan(WITHIN_MS)
  await happens(api, w.id, 1, 'Later')
  await expect.poll(() => another.events.at(-1)?.data.text).toBe('Later')
  expect(idsOf(stream.events)).not.toContain(another.events.at(-1)?.id)
  await another.cut()
  expect((await server.follow(who)).response.status).toBe(401)
})

test('a stream ends within a second also when no notification tells why', async () => {
  const { viewer } = await aViewer('all', w.billing)
  const stream = await server.follow(viewer)
  const { sql } = api.database.client
  await sql.begin(async (tx) => {
    await tx`update users set deactivated_at = now() where id = ${viewer.id}`
    await tx`update workspaces set grant_changes = grant_changes + 1 where id = ${w.id}`
  })
  const changedAt = performance.now()
  expect(await stream.ended).toBe('ended')
  expect(performance.now() - changedAt).toBeLessThan(UNTOLD_WITHIN_MS)
})

test('a stream is filtered anew within a second also when no notification tells why', async () => {
  const { roleId, viewer } = await aViewer('none', w.billing)
  const chat = await aLivechat(w, colleague)
  await says(chat, 'Hidden')
  const stream = await server.follow(viewer)
  const { sql } = api.database.client
  await sql.begin(async (tx) => {
    await tx`update roles set livechats_view = 'all' where id = ${roleId}`
    await tx`update workspaces set grant_changes = grant_changes + 1 where id = ${w.id}`
    const [counter] = await tx`update event_counters set position = position + 1
      where workspace_id = ${w.id} returning position`
    // The messages come again.
    await tx`insert into events select (jsonb_populate_record(e, jsonb_build_object('position',
      ${counter?.position}::bigint))).* from events e where conversation_id = ${chat.id}
      order by e.position desc limit 1`
  })
  const changedAt = performance.now()
  expect(await stream.told(1)).toHaveLength(1)
  expect(performance.now() - changedAt).toBeLessThan(UNTOLD_WITHIN_MS)
  expect(stream.events).toMatchObject([{ type: 'message.created', data: { text: 'Hidden' } }])
  await stream.cut()
})
