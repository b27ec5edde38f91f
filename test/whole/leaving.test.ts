import { and, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { commands, events, users } from '../../db/schema.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { handOff, setPresence, untilAssigned } from '../harness/queueing.ts'
import {
  aChat,
  aLivechat,
  aQueuedChat,
  aTeam,
  aTeamChat,
  aTicket,
  type Talk,
} from '../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../harness/workspace.ts'

const PATIENCE = { timeout: 10_000 }

let api: TestApi
let w: Workspace
let mia: Person
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.close())
beforeEach(async () => {
  w = await aWorkspace(api)
  mia = await w.user('Mia', { online: false })
})

const deactivate = async ({ id }: Person) =>
  expectStatus(await w.admin.patch(`/v1/users/${id}`, { active: false }), 200)

/** Resolves with the latest assignment once it has this cause. */
function untilMoved(talk: Talk, cause: string) {
  return vi.waitFor(
    async () => {
      const last = (await talk.assignments()).at(-1)
      expect(last.cause).toBe(cause)
      return last
    },
    { timeout: 10_000, interval: 50 },
  )
}

/** The commands of the service on it. */
function doneByService(talk: Talk) {
  const { db } = api.database.client
  return db
    .select({ kind: commands.kind, outcome: commands.outcome })
    .from(commands)
    .where(and(eq(commands.conversationId, talk.id), sql`${commands.actorId} is null`))
}

test('a deactivated user’s chats wait for their team, and are served when it comes', async () => {
  const team = await aTeam(w, 'Left')
  const [dee, tom] = [
    await w.user('Dee', { teams: [team], online: false }),
    await w.user('Tom', { teams: [team], online: false }),
  ]
  const chat = await aTeamChat(w, team, dee)
  await setPresence(mia, 'online')
  await deactivate(dee)
  const moved = await untilMoved(chat, 'deactivation')
  expect(moved).toMatchObject({ from: { id: dee.id }, to: null, actor: null, teamId: team.id })
  expect(await chat.now()).toMatchObject({ assignee: null, status: 'pending', teamId: team.id })
  await setPresence(tom, 'online')
  expect(await untilAssigned(w, chat.id)).toBe(tom.id)
  expect(await doneByService(chat)).toContainEqual({ kind: 'requeue', outcome: 'queued' })
})

test('a deactivated user’s chat without a team goes to anyone in the teamspace', async () => {
  const dee = await w.user('Dee', { online: false })
  const free = await w.user('Free', { teams: [w.billing] })
  const chat = await aLivechat(w, dee)
  await deactivate(dee)
  const moved = await untilMoved(chat, 'deactivation')
  expect(moved).toMatchObject({
    to: { id: free.id },
    teamId: w.billing.id,
    decision: { picked: free.id },
  })
  expect(await doneByService(chat)).toEqual([{ kind: 'requeue', outcome: 'accepted' }])
})

test('a deactivated user’s tickets go to the first active admin, away or not', async () => {
  const dee = await w.user('Dee', { online: false })
  const ticket = await aTicket(w, dee)
  await ticket.does(dee, 'status', { status: 'overdue' })
  await deactivate(dee)
  const moved = await untilMoved(ticket, 'deactivation')
  expect(moved).toMatchObject({ from: { id: dee.id }, to: { id: w.admin.id } })
  expect(await ticket.now()).toMatchObject({ status: 'open', epoch: 2 })
  expect(await doneByService(ticket)).toEqual([{ kind: 'requeue', outcome: 'accepted' }])
})

test('what a deactivated user resolved stays theirs, until the player writes', async () => {
  const dee = await w.user('Dee', { online: false })
  const [chat, moves] = [await aLivechat(w, dee), await aLivechat(w, dee)]
  await chat.does(dee, 'status', { status: 'resolved' })
  await deactivate(dee)
  await untilMoved(moves, 'deactivation')
  expect(await chat.now()).toMatchObject({ assignee: { id: dee.id }, status: 'resolved', epoch: 2 })
  await chat.does(w.channel, 'messages', { text: 'Still broken', from: 'player' })
  expect(await untilMoved(chat, 'deactivation')).toMatchObject({ from: { id: dee.id }, to: null })
})

test('who is taken out of their team keeps what they hold, and is given no more of it', async () => {
  const team = await aTeam(w, 'Shrinks')
  const [leo, ann] = [
    await w.user('Leo', { teams: [team], online: false }),
    await w.user('Ann', { teams: [team], online: false }),
  ]
  const chat = await aTeamChat(w, team, leo)
  expectStatus(await w.admin.delete(`/v1/teams/${team.id}/members/${leo.id}`), 204)
  await setPresence(leo, 'online')
  await setPresence(ann, 'online')
  const bot = await w.bot('For the team', { target: { type: 'teams', teamIds: [team.id] } })
  const next = await aChat(w, { aiAgentId: bot.id })
  const { assignment } = await next.does(w.channel, 'handoff')
  expect(assignment.decision).toMatchObject({ picked: ann.id, excluded: [] })
  expect(await chat.now()).toMatchObject({ assignee: { id: leo.id }, epoch: 3 })
  await chat.does(leo, 'messages', { text: 'Still mine' })
})

test('who goes away keeps what they hold, and is given nothing', async () => {
  const kim = await w.user('Kim', { online: false })
  const chat = await aLivechat(w, kim)
  await setPresence(kim, 'online')
  await setPresence(kim, 'away')
  expect(await handOff(w, (await w.chat()).id)).toBe('queued')
  expect(await chat.now()).toMatchObject({ assignee: { id: kim.id }, status: 'open', epoch: 2 })
})

test('past their time a user is given nothing, and a sweeper tells that they went away', async () => {
  const team = await aTeam(w, 'Timed')
  const lea = await w.user('Lea', { teams: [team], online: false })
  const timed = { presence: 'online', ttlSeconds: 30 }
  expectStatus(await lea.put('/v1/users/me/presence', timed), 200)
  const { db } = api.database.client
  const presenceExpiresAt = sql`now() - interval '1 second'`
  await db.update(users).set({ presenceExpiresAt }).where(eq(users.id, lea.id))
  const chat = await aQueuedChat(w, team)
  const [, { decision }] = await chat.assignments()
  expect(decision.excluded).toEqual([{ userId: lea.id, reason: 'away' }])
  const told = and(
    eq(events.type, 'user.presence_changed'),
    sql`${events.data}->>'userId' = ${lea.id}`,
    sql`${events.data}->>'presence' = 'away'`,
  )
  await vi.waitFor(async () => expect(await db.$count(events, told)).toBe(1), 8_000)
  expect((await lea.get('/v1/users/me')).body).toMatchObject({ presence: 'away' })
  expectStatus(await lea.put('/v1/users/me/presence', timed), 200)
  expect(await untilAssigned(w, chat.id)).toBe(lea.id)
})

test('a deleted AI agent’s chats are the default one’s, and a livechat returns to that one', async () => {
  const bot = await w.bot('Brief')
  const chats = [await aChat(w, { aiAgentId: bot.id }), await aChat(w, { aiAgentId: bot.id })]
  const live = await aChat(w, { aiAgentId: bot.id })
  await live.does(w.admin, 'takeover', { message: { text: 'Mine' } })
  const closed = await aChat(w, { aiAgentId: bot.id })
  await closed.does(bot, 'close')
  expectStatus(await w.admin.delete(`/v1/ai-agents/${bot.id}`), 204)
  for (const chat of chats) {
    const moved = await untilMoved(chat, 'deactivation')
    expect(moved).toMatchObject({ from: { id: bot.id }, to: { id: w.ava.id }, actor: null })
    expect(await chat.now()).toMatchObject({ originAiAgentId: w.ava.id, status: 'open', epoch: 2 })
    expect(await doneByService(chat)).toEqual([{ kind: 'reclaim', outcome: 'accepted' }])
  }
  await expect.poll(async () => (await live.now()).originAiAgentId, PATIENCE).toBe(w.ava.id)
  expect(await live.now()).toMatchObject({ assignee: { id: w.admin.id }, epoch: 2, version: 3 })
  expect(await live.assignments()).toHaveLength(2)
  const { conversation } = await live.does(w.admin, 'close')
  expect(conversation.assignee).toMatchObject({ type: 'ai_agent', id: w.ava.id })
  expect(await untilMoved(closed, 'deactivation')).toMatchObject({ to: { id: w.ava.id } })
  expect(await closed.now()).toMatchObject({ status: 'closed', originAiAgentId: w.ava.id })
})

test('a queued chat of a deleted AI agent is the default one’s to see and to cancel', async () => {
  const bot = await w.bot('Brief')
  const chat = await aChat(w, { aiAgentId: bot.id })
  await chat.does(bot, 'handoff')
  const before = await chat.now()
  expectStatus(await w.admin.delete(`/v1/ai-agents/${bot.id}`), 204)
  await expect.poll(async () => (await chat.now()).originAiAgentId, PATIENCE).toBe(w.ava.id)
  expect(await chat.now(w.ava)).toMatchObject({
    assignee: null,
    status: 'pending',
    epoch: before.epoch,
    version: before.version + 1,
    queue: before.queue,
    actions: ['cancel_handoff'],
  })
  const { conversation } = await chat.does(w.ava, 'cancel-handoff')
  expect(conversation).toMatchObject({ assignee: { id: w.ava.id }, status: 'open' })
})
