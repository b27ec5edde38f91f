import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Answered } from '../../harness/caller.ts'
import {
  aChat,
  aClosedChat,
  aLivechat,
  aQueuedChat,
  aRole,
  aSleepingTeam,
  aTeam,
  aTeamChat,
  aTicket,
  told,
} from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

const PATIENCE = { timeout: 10_000 }

let api: TestApi
let w: Workspace
let mia: Person
let noor: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api, { plan: 'amateur' })
  mia = await w.user('Mia', { online: false })
  noor = await w.user('Noor', { online: false })
})
afterAll(() => api.close())

const to = (user: { id: string }) => ({ userId: user.id })

test('the Assignee passes the chat on to another user', async () => {
  const chat = await aLivechat(w, mia)
  const before = await chat.now()
  const body = await chat.does(mia, 'transfer', { ...to(noor), note: 'Shift change' })
  expect(body).toMatchObject({
    command: { kind: 'transfer', outcome: 'accepted', actor: { type: 'user', id: mia.id } },
    conversation: {
      assignee: { type: 'user', id: noor.id, name: 'Noor' },
      epoch: before.epoch + 1,
      version: before.version + 1,
      status: 'open',
      originAiAgentId: before.originAiAgentId,
      // What Mia may do now that Noor holds it, and it has no team.
      actions: [],
    },
    assignment: {
      number: before.epoch + 1,
      cause: 'transfer',
      actor: { type: 'user', id: mia.id },
      from: { type: 'user', id: mia.id },
      to: { type: 'user', id: noor.id },
      note: 'Shift change',
      commandId: body.command.id,
    },
  })
  expect(body).not.toHaveProperty('message')
  expect((await chat.assignments()).at(-1)).toEqual(body.assignment)
  expect(await chat.messages()).toEqual([])
})

test('a ticket is passed on likewise', async () => {
  const ticket = await aTicket(w, mia)
  const body = await ticket.does(mia, 'transfer', to(noor))
  expect(body.conversation).toMatchObject({ assignee: { id: noor.id }, epoch: 2 })
  expect(body.assignment).not.toHaveProperty('note')
})

test('the answer says when the target is away, and only then', async () => {
  const olga = await w.user('Olga', { teams: [w.billing] })
  const chat = await aLivechat(w, mia)
  const online = await chat.does(mia, 'transfer', to(olga))
  expect(online).not.toHaveProperty('targetAway')
  const away = await chat.does(olga, 'transfer', to(mia))
  expect(away.targetAway).toBe(true)
  expect(away.command.outcome).toBe('accepted')
})

test('a presence that ran out counts as away', async () => {
  const olga = await w.user('Olga', { online: false })
  expectStatus(await olga.put('/v1/users/me/presence', { presence: 'online', ttlSeconds: 30 }), 200)
  await api.database.client.sql`
    update users set presence_expires_at = now() - interval '1 second' where id = ${olga.id}`
  const chat = await aLivechat(w, mia)
  expect((await chat.does(mia, 'transfer', to(olga))).targetAway).toBe(true)
})

test('only the Assignee transfers: no supervisor without taking it over first', async () => {
  const chat = await aLivechat(w, mia)
  const { epoch } = await chat.now()
  const refused = await chat.by(w.admin, 'transfer', to(noor))
  expect(told(refused)).toEqual({
    status: 409,
    code: 'not_assignee',
    assignee: { type: 'user', id: mia.id, name: 'Mia' },
    epoch,
  })
  expect((await chat.now()).epoch).toBe(epoch)
})

test('nobody may transfer what an AI agent holds or what is queued', async () => {
  const ai = await (await aChat(w)).by(w.admin, 'transfer', to(noor))
  expect(told(ai)).toMatchObject({
    code: 'not_assignee',
    assignee: { type: 'ai_agent', id: w.ava.id, name: 'Ava' },
    epoch: 1,
  })
  const queued = await aQueuedChat(w, await aSleepingTeam(w))
  expect(told(await queued.by(w.admin, 'transfer', to(noor)))).toEqual({
    status: 409,
    code: 'not_assignee',
    assignee: null,
    epoch: 2,
  })
})

test('a transfer under an earlier epoch is refused with the present holder', async () => {
  const chat = await aLivechat(w, mia)
  const { epoch } = await chat.now()
  const refused = await chat.by(mia, 'transfer', { ...to(noor), expectedEpoch: epoch - 1 })
  expect(told(refused)).toEqual({
    status: 409,
    code: 'assignee_changed',
    assignee: { type: 'user', id: mia.id, name: 'Mia' },
    epoch,
  })
  const body = await chat.does(mia, 'transfer', { ...to(noor), expectedEpoch: epoch })
  expect(body.conversation.epoch).toBe(epoch + 1)
})

test('of two transfers at once the second is told of the new Assignee', async () => {
  const olga = await w.user('Olga', { online: false })
  const chat = await aLivechat(w, mia)
  const answers = await Promise.all([noor, olga].map((one) => chat.by(mia, 'transfer', to(one))))
  const [won, lost] = answers.sort((a, b) => a.status - b.status)
  const { assignee, epoch } = (won as Answered).body.conversation
  expect(told(lost as Answered)).toEqual({ status: 409, code: 'not_assignee', assignee, epoch })
  expect(await chat.assignments()).toHaveLength(3)
})

test('a closed chat is not transferred', async () => {
  const chat = await aClosedChat(w, mia)
  const { assignee, epoch } = await chat.now()
  const refused = await chat.by(mia, 'transfer', to(noor))
  expect(told(refused)).toEqual({ status: 409, code: 'conversation_closed', assignee, epoch })
})

test('nobody transfers to themselves', async () => {
  const chat = await aLivechat(w, mia)
  expect(told(await chat.by(mia, 'transfer', to(mia)))).toEqual({
    status: 422,
    code: 'self_transfer',
  })
  expect((await chat.now()).epoch).toBe(2)
})

test('the free plan has no transfers', async () => {
  const free = await aWorkspace(api, { plan: 'free' })
  const fred = await free.user('Fred')
  const chat = await aLivechat(free, fred)
  const target = await free.user('Target')
  expect(told(await chat.by(fred, 'transfer', to(target)))).toEqual({
    status: 403,
    code: 'plan_required',
    plan: 'free',
    requiredPlan: 'amateur',
  })
  expectStatus(await api.root.patch(`/v1/workspaces/${free.id}`, { plan: 'amateur' }), 200)
  expect((await chat.does(fred, 'transfer', to(target))).command.outcome).toBe('accepted')
})

test.each([
  [
    'chat',
    {
      livechats: { view: 'all', manage: 'all' },
      tickets: { view: 'own', manage: 'own', transfer: true },
    },
  ],
  [
    'ticket',
    {
      tickets: { view: 'all', manage: 'all' },
      livechats: { view: 'own', manage: 'own', transfer: true },
    },
  ],
])('the Assignee of a %s needs the grant to transfer of its kind', async (kind, grants) => {
  const olga = await w.user('Olga', { roleId: await aRole(w, grants), online: false })
  const talk = await (kind === 'chat' ? aLivechat(w, olga) : aTicket(w, olga))
  expect(told(await talk.by(olga, 'transfer', to(noor)))).toEqual({
    status: 403,
    code: 'permission_denied',
  })
  expect((await talk.now()).assignee.id).toBe(olga.id)
})

const targets: [reason: string, who: string, target: () => Promise<{ id: string }>][] = [
  ['unknown', 'nobody', async () => ({ id: 'usr_nobody' })],
  ['unknown', 'an AI agent', async () => w.ava],
  ['unknown', 'a user of another workspace', async () => (await aWorkspace(api)).admin],
  ['inactive', 'a deactivated user', () => aDeactivated({})],
  ['inactive', 'a deactivated user without a team', () => aDeactivated({ teams: [] })],
  ['not_in_teamspace', 'a user without a team', () => w.user('Lone', { teams: [] })],
  ['not_in_teamspace', 'a user of another teamspace', aStranger],
  [
    'not_in_teamspace',
    'one without team and grant',
    async () => w.user('X', { teams: [], roleId: await ticketsOnly() }),
  ],
  [
    'no_grant',
    'one who only serves tickets',
    async () => w.user('Tim', { roleId: await ticketsOnly() }),
  ],
]

test.each(targets)('the target may not hold it, %s: %s', async (reason, _who, target) => {
  const chat = await aLivechat(w, mia)
  const refused = await chat.by(mia, 'transfer', to(await target()))
  expect(told(refused)).toEqual({ status: 422, code: 'target_not_permitted', reason })
  expect(await chat.now()).toMatchObject({ assignee: { id: mia.id }, epoch: 2 })
})

async function aDeactivated(options: Parameters<Workspace['user']>[1]) {
  const user = await w.user('Gone', options)
  expectStatus(await w.admin.patch(`/v1/users/${user.id}`, { active: false }), 200)
  return user
}

async function aStranger() {
  const other = await w.create('/v1/teamspaces', { name: 'Elsewhere' })
  return w.user('Stranger', { teams: [await aTeam(w, 'Elsewhere', [other.id])] })
}

const ticketsOnly = () => aRole(w, { tickets: { view: 'own', manage: 'own' } })

test('manage: own without view beyond is enough to be a target', async () => {
  const roleId = await aRole(w, { livechats: { view: 'own', manage: 'own' } })
  const olga = await w.user('Olga', { roleId, teams: [w.billing] })
  const chat = await aLivechat(w, mia)
  expect((await chat.does(mia, 'transfer', to(olga))).conversation.assignee.id).toBe(olga.id)
})

test('an admin needs no team to be a target', async () => {
  const chat = await aLivechat(w, mia)
  const body = await chat.does(mia, 'transfer', to(w.admin))
  expect(body.conversation.assignee.id).toBe(w.admin.id)
})

test('a transfer to a named user exceeds the cap, and still fills a slot', async () => {
  const space = await aWorkspace(api)
  const path = `/v1/teamspaces/${space.teamspaceId}`
  expectStatus(await space.admin.patch(path, { assignment: { maxChatsPerAgent: 1 } }), 200)
  const full = await space.user('Full')
  const other = await space.user('Other', { online: false })
  await aLivechat(space, full)
  const chat = await aLivechat(space, other)
  await chat.does(other, 'transfer', to(full))
  const { items } = (await space.admin.get(`/v1/conversations?assigneeId=${full.id}`)).body
  expect(items).toHaveLength(2)
  const next = await (await aChat(space)).does(space.channel, 'handoff')
  expect(next.command.outcome).toBe('queued')
})

test('the team stays when the target belongs to it, else it is cleared', async () => {
  const team = await aTeam(w, 'Refunds')
  const [rita, rolf] = await Promise.all(
    ['Rita', 'Rolf'].map((name) => w.user(name, { teams: [team], online: false })),
  )
  const chat = await aTeamChat(w, team, rita as Person)
  const within = await chat.does(rita as Person, 'transfer', to(rolf as Person))
  expect(within.conversation.teamId).toBe(team.id)
  expect(within.assignment.teamId).toBe(team.id)
  const beyond = await chat.does(rolf as Person, 'transfer', to(noor))
  expect(beyond.conversation.teamId).toBeNull()
  expect(beyond.assignment.teamId).toBeNull()
})

test('a user deactivated meanwhile is refused as target of a transfer on its way', async () => {
  const chat = await aLivechat(w, mia)
  const gone = await w.user('Gone', { online: false })
  const [transfer, deactivation] = await Promise.all([
    chat.by(mia, 'transfer', to(gone)),
    w.admin.patch(`/v1/users/${gone.id}`, { active: false }),
  ])
  expect(deactivation.status).toBe(200)
  // Either they were refused, or what they held is taken from them again: they never keep it.
  if (transfer.status !== 200) expect(transfer.body.reason).toBe('inactive')
  await expect.poll(async () => (await chat.now()).assignee?.id, PATIENCE).not.toBe(gone.id)
})
