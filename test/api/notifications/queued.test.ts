import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aChat, aLivechat, aRole, aTeam, type Talk } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'
import { kindsTo } from './told.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  await setAssignment({ method: 'voluntary' })
})
afterAll(() => api.close())

async function setAssignment(assignment: object): Promise<void> {
  expectStatus(await w.admin.patch(`/v1/teamspaces/${w.teamspaceId}`, { assignment }), 200)
}

/** A chat that is handed off to a team, and so waits to be claimed. */
async function waiting(team: { id: string }): Promise<Talk> {
  const bot = await w.bot('Bot', { target: { type: 'teams', teamIds: [team.id] } })
  const chat = await aChat(w, { aiAgentId: bot.id })
  const { command } = await chat.does(bot, 'handoff')
  expect(command.outcome).toBe('queued')
  return chat
}

/** The names of those who were told that it waits. */
async function toldOf(chat: Talk, people: Person[]): Promise<string[]> {
  const kinds = await Promise.all(people.map((person) => kindsTo(person, chat)))
  return people.filter((_, n) => kinds[n]?.join() === 'queued').map(({ name }) => name)
}

test('a conversation to claim is told to the online and permitted members of its pool', async () => {
  const team = await aTeam(w, 'Pool')
  const tickets = { view: 'own', manage: 'own' }
  const roleId = await aRole(w, { tickets })
  const gone = await w.user('Gone', { teams: [team] })
  const people = [
    await w.user('On', { teams: [team] }),
    await w.user('Too', { teams: [team] }),
    await w.user('Away', { teams: [team], online: false }),
    await w.user('Tickets only', { teams: [team], roleId }),
    await w.user('Elsewhere'),
  ]
  expectStatus(await w.admin.patch(`/v1/users/${gone.id}`, { active: false }), 200)
  const chat = await waiting(team)
  expect(await toldOf(chat, people)).toEqual(['On', 'Too'])
  expectStatus(await w.admin.patch(`/v1/users/${gone.id}`, { active: true }), 200)
  expect(await kindsTo(gone, chat)).toEqual([])
})

test('who passes it on to their own team is not told', async () => {
  const team = await aTeam(w, 'Two')
  const [leaves, stays] = [
    await w.user('Leaves', { teams: [team] }),
    await w.user('Stays', { teams: [team] }),
  ]
  const chat = await aLivechat(w, leaves)
  await chat.does(leaves, 'team-transfer', { teamId: team.id })
  expect(await toldOf(chat, [leaves, stays])).toEqual(['Stays'])
  expect(await kindsTo(leaves, chat)).toEqual(['assigned'])
})

test('when its pool is empty anyone in the teamspace is told', async () => {
  const [empty, team] = [await aTeam(w, 'Empty'), await aTeam(w, 'Others')]
  const omar = await w.user('Omar', { teams: [team] })
  expect(await toldOf(await waiting(empty), [omar])).toEqual(['Omar'])
})

test('a deactivated user’s chat is told to its team’s members', async () => {
  const team = await aTeam(w, 'Left')
  const leaves = await w.user('Leaves', { teams: [team] })
  const stays = await w.user('Stays', { teams: [team] })
  const chat = await waiting(team)
  await chat.does(leaves, 'takeover')
  expectStatus(await w.admin.patch(`/v1/users/${leaves.id}`, { active: false }), 200)
  await expect.poll(async () => (await chat.now()).assignee).toBeNull()
  expect(await kindsTo(stays, chat)).toEqual(['queued', 'queued'])
})

/** The kinds of what they have not read of it. */
async function unreadOf(person: Person, chat: Talk): Promise<string[]> {
  const { items } = expectStatus(await person.get('/v1/notifications?unread=true'), 200)
  const about = items.filter((one: { conversationId: string }) => one.conversationId === chat.id)
  return about.map((one: { kind: string }) => one.kind)
}

async function aPool() {
  const team = await aTeam(w, 'Claims')
  return {
    team,
    first: await w.user('First', { teams: [team] }),
    second: await w.user('Second', { teams: [team] }),
  }
}

test('a claim marks the notification as read for all who could have claimed it', async () => {
  const { team, first, second } = await aPool()
  const [taken, other] = [await waiting(team), await waiting(team)]
  await taken.does(first, 'takeover')
  for (const who of [first, second]) {
    expect(await unreadOf(who, taken)).toEqual([])
    expect(await kindsTo(who, taken)).toEqual(['queued'])
    expect(await unreadOf(who, other)).toEqual(['queued'])
  }
})

test('cancelling or assigning it marks the notification as read for all', async () => {
  const { team, first, second } = await aPool()
  const [cancelled, given] = [await waiting(team), await waiting(team)]
  await cancelled.does(w.channel, 'cancel-handoff')
  expect(await unreadOf(first, cancelled)).toEqual([])
  await setAssignment({ method: 'balanced' })
  await expect
    .poll(async () => (await given.now()).assignee?.type, { timeout: 10_000 })
    .toBe('user')
  const unread = [await unreadOf(first, given), await unreadOf(second, given)]
  expect(unread.sort()).toEqual([[], ['assigned']])
  await setAssignment({ method: 'voluntary' })
})

test('when a lower plan leaves another method, who is online and full is not told', async () => {
  const team = await aTeam(w, 'Full')
  const full = await w.user('Full', { teams: [team] })
  expectStatus(await api.root.patch(`/v1/workspaces/${w.id}`, { plan: 'pro' }), 200)
  await setAssignment({ maxChatsPerAgent: 1 })
  await aLivechat(w, full)
  const chat = await waiting(team)
  expect(await kindsTo(full, chat)).toEqual([])
})
