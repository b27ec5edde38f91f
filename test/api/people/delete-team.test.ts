import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockWorkspace } from '../../../db/chat-assignment/lock.ts'
import { deleteTeam } from '../../../db/people/delete-team.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { setAssignment, setPresence, untilAssigned } from '../../harness/queueing.ts'
import {
  aChat,
  aLivechat,
  aQueuedChat,
  aTeam,
  aTeamChat,
  aTicket,
  type Talk,
  told,
} from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'
import { untilWaiting } from './waiting.ts'

const PATIENCE = { timeout: 10_000 }

let api: TestApi
let w: Workspace
let mia: Person
let team: { id: string }
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
})
afterAll(() => api.close())

const remove = ({ id }: { id: string }, by: Pick<Person, 'delete'> = w.admin) =>
  by.delete(`/v1/teams/${id}`)

async function aDoomedTeam(): Promise<void> {
  team = await aTeam(w, 'Doomed')
  mia = await w.user('Mia', { teams: [team], online: false })
}

async function untilTeamless(talk: Talk) {
  await expect.poll(async () => (await talk.now()).teamId, PATIENCE).toBeNull()
  return talk.now()
}

test('a deleted team is in no list, and deleting it again is a 404', async () => {
  await aDoomedTeam()
  expect((await remove(team)).status).toBe(204)
  expect((await remove(team)).status).toBe(404)
  const path = `/v1/teams/${team.id}`
  expect((await w.admin.get(path)).status).toBe(404)
  expect((await w.admin.patch(path, { name: 'Back' })).status).toBe(404)
  expect((await w.admin.put(`${path}/members/${mia.id}`)).status).toBe(404)
  expect((await w.admin.get('/v1/teams?limit=200')).text).not.toContain(team.id)
  expect((await mia.get('/v1/users/me')).body.teamIds).toEqual([])
})

test('only an admin of its workspace deletes a team', async () => {
  await aDoomedTeam()
  const other = await aWorkspace(api)
  expect(told(await remove(team, mia))).toEqual({ status: 403, code: 'permission_denied' })
  expect((await remove(team, other.admin)).status).toBe(404)
  expect((await w.admin.get(`/v1/teams/${team.id}`)).body.memberIds).toEqual([mia.id])
})

test('what is held in the team keeps its holder and loses the team', async () => {
  await aDoomedTeam()
  const open = await aTeamChat(w, team, mia)
  const closed = await aTicketOf(team)
  await closed.does(mia, 'close', { note: 'Done' })
  const before = await open.now()
  expect((await remove(team)).status).toBe(204)
  expect(await untilTeamless(open)).toMatchObject({
    assignee: { id: mia.id },
    status: 'open',
    epoch: before.epoch,
    version: before.version + 1,
  })
  expect(await untilTeamless(closed)).toMatchObject({ status: 'closed', assignee: { id: mia.id } })
  expect((await open.assignments()).at(-1).teamId).toBe(team.id)
})

async function aTicketOf({ id: teamId }: { id: string }): Promise<Talk> {
  const ticket = await aTicket(w, mia)
  await ticket.does(mia, 'transfer', { userId: w.admin.id })
  await ticket.does(w.admin, 'team-transfer', { teamId })
  await ticket.does(mia, 'takeover')
  return ticket
}

test('what waits for it falls back to anyone, and the decision says so', async () => {
  await aDoomedTeam()
  const chat = await aQueuedChat(w, team)
  expect((await remove(team)).status).toBe(204)
  expect(await untilTeamless(chat)).toMatchObject({ assignee: null, epoch: 2 })
  const olga = await w.user('Olga', { teams: [w.billing] })
  expect(await untilAssigned(w, chat.id)).toBe(olga.id)
  const { decision, teamId } = (await chat.assignments()).at(-1)
  expect(decision).toMatchObject({ picked: olga.id, fallback: 'anyone' })
  expect(teamId).toBe(w.billing.id)
  await setPresence(olga, 'away')
})

test('what waits for it goes at once to somebody who is free', async () => {
  await aDoomedTeam()
  const chat = await aQueuedChat(w, team)
  const free = await w.user('Free', { teams: [w.billing] })
  expect((await remove(team)).status).toBe(204)
  expect(await untilAssigned(w, chat.id)).toBe(free.id)
  await setPresence(free, 'away')
})

test('it drops out of handoff settings; where none is left, anyone is the target', async () => {
  await aDoomedTeam()
  const both = { type: 'teams', teamIds: [team.id, w.billing.id] }
  const alone = { type: 'teams', teamIds: [team.id] }
  const named = { type: 'user', userId: mia.id }
  const handoff = { target: both, targetsByLanguage: { es: alone, fr: both, de: named } }
  const bot = await w.bot('Bot', handoff)
  expect((await remove(team)).status).toBe(204)
  expect((await w.admin.get(`/v1/ai-agents/${bot.id}`)).body.handoff).toEqual({
    target: { type: 'teams', teamIds: [w.billing.id] },
    targetsByLanguage: {
      es: { type: 'anyone' },
      fr: { type: 'teams', teamIds: [w.billing.id] },
      de: named,
    },
    checkAvailability: false,
  })
  const wrong = await w.admin.patch(`/v1/ai-agents/${bot.id}`, { handoff: { target: alone } })
  expect(wrong.body.errors).toMatchObject([{ path: 'handoff.target.teamIds.0' }])
})

test('it is no target of transfers and shift changes, and no team of a new ticket', async () => {
  await aDoomedTeam()
  const holder = await w.user('Holder', { teams: [w.billing], online: false })
  const chat = await aLivechat(w, holder)
  expect((await remove(team)).status).toBe(204)
  const refused = { status: 422, code: 'target_not_permitted', reason: 'unknown' }
  expect(told(await chat.by(holder, 'team-transfer', { teamId: team.id }))).toEqual(refused)
  const to = { teamId: team.id }
  expect(told(await holder.post('/v1/users/me/handover', { to }))).toEqual(refused)
  const { teams } = expectStatus(await holder.get(`${chat.path}/targets`), 200)
  expect(JSON.stringify(teams)).not.toContain(team.id)
  const ticket = { kind: 'ticket', teamspaceId: w.teamspaceId, subject: 'S', teamId: team.id }
  const made = { ...ticket, player: { externalId: 'p' }, assigneeId: holder.id }
  expect((await holder.post('/v1/conversations', made)).body.errors).toMatchObject([
    { path: 'teamId' },
  ])
})

test('its members lose sight of what they saw through it', async () => {
  await aDoomedTeam()
  const chat = await aTeamChat(w, team, mia)
  const tom = await w.user('Tom', { teams: [team, w.billing], online: false })
  expect((await tom.get(chat.path)).status).toBe(200)
  expect((await remove(team)).status).toBe(204)
  expect((await tom.get(chat.path)).status).toBe(404)
  expect((await mia.get(chat.path)).status).toBe(200)
})

test('round robin forgets its place in a pool that is gone', async () => {
  await aDoomedTeam()
  await setAssignment(w, { method: 'round_robin' })
  await setPresence(mia, 'online')
  const bot = await w.bot('Bot', { target: { type: 'teams', teamIds: [team.id] } })
  await (await aChat(w, { aiAgentId: bot.id })).does(w.channel, 'handoff')
  await setAssignment(w, { method: 'balanced' })
  const { sql } = api.database.client
  const places = () => sql`select pool from round_robin_places where pool like ${`%${team.id}%`}`
  expect(await places()).toHaveLength(1)
  expect((await remove(team)).status).toBe(204)
  expect(await places()).toHaveLength(0)
})

test('what is claimed for it while it is deleted loses it too', async () => {
  await aDoomedTeam()
  const pool = [team, w.billing]
  const bot = await w.bot('Bot', {
    target: { type: 'teams', teamIds: pool.map((one) => one.id) },
  })
  const chat = await aChat(w, { aiAgentId: bot.id })
  expect((await chat.does(w.channel, 'handoff')).command.outcome).toBe('queued')
  const { claim } = await api.database.client.db.transaction(async (tx) => {
    await lockWorkspace(tx, w.id)
    await deleteTeam(tx, w.id, team.id)
    const claim = chat.by(mia, 'takeover')
    await untilWaiting(api, 1)
    return { claim }
  })
  expect((await claim).body.conversation).toMatchObject({ assignee: { id: mia.id }, teamId: null })
})
