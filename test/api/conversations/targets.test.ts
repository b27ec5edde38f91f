import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aChat, aLivechat, aRole, aTeam, aTicket, type Talk, told } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  mia = await w.user('Mia')
})
afterAll(() => api.close())

async function targetsOf(who: Person, path: string) {
  const { users, teams } = expectStatus(await who.get(`${path}/targets`), 200)
  return {
    users: new Map(users.map((one: { userId: string }) => [one.userId, one])),
    teams: new Map(teams.map((one: { teamId: string }) => [one.teamId, one])),
  }
}

test('the Assignee learns whom they may transfer to, with presence and load', async () => {
  const olga = await w.user('Olga', { teams: [w.billing] })
  const away = await w.user('Away', { online: false })
  const [busy, ticketed] = [await aLivechat(w, olga), await aTicket(w, olga)]
  const resolved = await aLivechat(w, olga)
  await resolved.does(olga, 'status', { status: 'resolved' })
  const { path } = await aLivechat(w, mia)
  const { users, teams } = await targetsOf(mia, path)
  expect(users.get(olga.id)).toEqual({ userId: olga.id, name: 'Olga', presence: 'online', load: 2 })
  expect(users.get(away.id)).toEqual({ userId: away.id, name: 'Away', presence: 'away', load: 0 })
  expect(users.get(w.admin.id)).toMatchObject({ presence: 'away' })
  expect(users.has(mia.id)).toBe(false)
  expect(teams.get(w.billing.id)).toEqual({ teamId: w.billing.id, name: 'Billing', online: 1 })
  await Promise.all([busy, ticketed].map((one) => one.does(olga, 'close')))
})

test('nobody whom a transfer refuses is a target', async () => {
  const elsewhere = await w.create('/v1/teamspaces', { name: 'Elsewhere' })
  const [empty, unlinked] = [await aTeam(w, 'Empty'), await aTeam(w, 'Elsewhere', [elsewhere.id])]
  const roleId = await aRole(w, { tickets: { view: 'own', manage: 'own' } })
  const unfit = [
    await w.user('Lone', { teams: [] }),
    await w.user('Stranger', { teams: [unlinked] }),
    await w.user('Tickets only', { roleId }),
    await w.user('Gone'),
  ]
  await w.admin.patch(`/v1/users/${unfit[3]?.id}`, { active: false })
  const chat = await aLivechat(w, mia)
  const { users, teams } = await targetsOf(mia, chat.path)
  for (const { id, name } of unfit) {
    expect(users.has(id), name).toBe(false)
    expect(told(await chat.by(mia, 'transfer', { userId: id }))).toMatchObject({ status: 422 })
  }
  for (const { id } of [empty, unlinked]) {
    expect(teams.has(id)).toBe(false)
    expect(told(await chat.by(mia, 'team-transfer', { teamId: id }))).toMatchObject({ status: 422 })
  }
})

test('a transfer to everybody listed succeeds', async () => {
  const { users, teams } = await targetsOf(mia, (await aLivechat(w, mia)).path)
  expect(users.size).toBeGreaterThan(1)
  for (const userId of users.keys()) {
    await (await aLivechat(w, mia)).does(mia, 'transfer', { userId })
  }
  for (const teamId of teams.keys()) {
    await (await aLivechat(w, mia)).does(mia, 'team-transfer', { teamId })
  }
})

test('a team without a permitted member other than the holder is no target, and the holder is not counted', async () => {
  const [alone, pair] = [await aTeam(w, 'Alone'), await aTeam(w, 'Pair')]
  const ida = await w.user('Ida', { teams: [alone, pair] })
  await w.user('Ivo', { teams: [pair], online: false })
  const chat = await aLivechat(w, ida)
  const { teams } = await targetsOf(ida, chat.path)
  expect(teams.has(alone.id)).toBe(false)
  expect(teams.get(pair.id)).toMatchObject({ online: 0 })
  const refused = await chat.by(ida, 'team-transfer', { teamId: alone.id })
  expect(told(refused)).toMatchObject({ code: 'target_not_permitted', reason: 'no_members' })
})

test('without the grant, on plan free or once it is closed nobody is a target', async () => {
  const roleId = await aRole(w, { livechats: { view: 'all', manage: 'all' } })
  const otto = await w.user('Otto', { roleId })
  const free = await aWorkspace(api, { plan: 'free' })
  const [fred] = [await free.user('Fred'), await free.user('Fay')]
  const closed = await aTicket(w, mia)
  await closed.does(mia, 'close')
  const held: [Person, Talk][] = [
    [otto, await aLivechat(w, otto)],
    [fred, await aLivechat(free, fred)],
    [mia, closed],
  ]
  for (const [who, { path }] of held) {
    expect((await who.get(`${path}/targets`)).body, who.name).toEqual({ users: [], teams: [] })
  }
})

test('a ticket has the targets of its kind', async () => {
  const roleId = await aRole(w, { tickets: { view: 'own', manage: 'own' } })
  const clerk = await w.user('Clerk', { roleId })
  expect((await targetsOf(mia, (await aTicket(w, mia)).path)).users.has(clerk.id)).toBe(true)
  expect((await targetsOf(mia, (await aLivechat(w, mia)).path)).users.has(clerk.id)).toBe(false)
})

test('who does not hold it is told who does', async () => {
  const chat = await aLivechat(w, mia)
  expect(told(await w.admin.get(`${chat.path}/targets`))).toEqual({
    status: 409,
    code: 'not_assignee',
    assignee: { type: 'user', id: mia.id, name: 'Mia' },
    epoch: 2,
  })
  const { path } = await aChat(w)
  expect(told(await w.admin.get(`${path}/targets`))).toMatchObject({ assignee: { id: w.ava.id } })
})

test('an API key or AI agent has no targets', async () => {
  const { path } = await aChat(w)
  for (const who of [w.channel, w.ava, api.root]) {
    expect(told(await who.get(`${path}/targets`))).toEqual({
      status: 403,
      code: 'permission_denied',
    })
  }
})
