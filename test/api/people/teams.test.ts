import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aWorkspace, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
})
afterAll(() => api.close())

test('a team is made, linked elsewhere and renamed', async () => {
  const other = await w.create('/v1/teamspaces', { name: 'Other' })
  const both = [w.teamspaceId, other.id]
  const team = await w.create('/v1/teams', { name: 'Fraud', teamspaceIds: [...both, other.id] })
  const path = `/v1/teams/${team.id}`
  expect(team).toMatchObject({ name: 'Fraud', teamspaceIds: [...both].sort(), memberIds: [] })
  const linked = await w.admin.patch(path, { teamspaceIds: [other.id] })
  expect(linked.body).toEqual({ ...team, teamspaceIds: [other.id] })
  const renamed = await w.admin.patch(path, { name: 'Risk' })
  expect(renamed.body).toEqual({ ...linked.body, name: 'Risk' })
  expect((await w.admin.patch(path, {})).body).toEqual(renamed.body)
  expect((await w.admin.patch(path, { teamspaceIds: [] })).body.teamspaceIds).toEqual([])
  expect(
    (await w.channel.get('/v1/teams')).body.items.map((it: { id: string }) => it.id),
  ).toContain(team.id)
})

test('a teamspace of another workspace is refused with its path', async () => {
  const foreign = (await aWorkspace(api)).teamspaceId
  for (const unknown of [foreign, 'tsp_none']) {
    const teamspaceIds = [w.teamspaceId, unknown]
    const made = await w.admin.post('/v1/teams', { name: 'X', teamspaceIds })
    const changed = await w.admin.patch(`/v1/teams/${w.support.id}`, { name: 'X', teamspaceIds })
    for (const { body } of [made, changed]) {
      expect(body).toMatchObject({ status: 400, errors: [{ path: 'teamspaceIds.1' }] })
    }
  }
  expect((await w.admin.get(`/v1/teams/${w.support.id}`)).body.name).toBe('Support')
  expect((await w.admin.post('/v1/teams', { name: 'X' })).status).toBe(400)
})

test('a member joins and leaves, and repeating either is a quiet success', async () => {
  const meg = await w.user('Meg', { teams: [], online: false })
  const path = `/v1/teams/${w.billing.id}/members/${meg.id}`
  expect((await w.admin.put(path)).status).toBe(204)
  expect((await w.admin.put(path, {})).status).toBe(204)
  expect((await meg.get('/v1/users/me')).body.teamIds).toEqual([w.billing.id])
  expect((await meg.get(`/v1/teams/${w.billing.id}`)).body.memberIds).toEqual([meg.id])
  expect((await w.admin.delete(path)).status).toBe(204)
  expect((await w.admin.delete(path)).status).toBe(204)
  expect((await meg.get('/v1/users/me')).body.teamIds).toEqual([])
})

test('a team that is read says who its members are and whether they are online', async () => {
  const team = await w.create('/v1/teams', { name: 'Seen', teamspaceIds: [w.teamspaceId] })
  const path = `/v1/teams/${team.id}`
  expect((await w.channel.get(path)).body).toEqual({ ...team, members: [] })
  const zed = await w.user('Zed', { teams: [team] })
  const amy = await w.user('Amy', { teams: [team], online: false })
  const late = await w.user('Late', { teams: [team] })
  await api.database.client.sql`
    update users set presence_expires_at = now() - interval '1 second' where id = ${late.id}`
  const { members, memberIds } = (await zed.get(path)).body
  expect(members).toEqual([
    { userId: amy.id, name: 'Amy', presence: 'away' },
    { userId: late.id, name: 'Late', presence: 'away' },
    { userId: zed.id, name: 'Zed', presence: 'online' },
  ])
  expect(memberIds).toEqual([zed.id, amy.id, late.id])
})

test('an unknown team or user makes no membership', async () => {
  const other = await aWorkspace(api)
  const paths = [
    `/v1/teams/${w.support.id}/members/usr_none`,
    `/v1/teams/${w.support.id}/members/${other.admin.id}`,
    `/v1/teams/${other.support.id}/members/${w.admin.id}`,
    `/v1/teams/team_none/members/${w.admin.id}`,
  ]
  for (const path of paths) {
    expect((await w.admin.put(path)).body.code, path).toBe('not_found')
    expect((await w.admin.delete(path)).status, path).toBe(404)
  }
})
