import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aWorkspace } from '../../harness/workspace.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi({ worker: false })
})
afterAll(() => api.close())

const admin = { name: 'Ada', email: 'ada@acme.test' }

test('root makes a workspace with teamspace General, role admin and its first admin', async () => {
  const { status, body } = await api.root.post('/v1/workspaces', { name: 'Acme', admin })
  expect(status).toBe(201)
  expect(body.workspace).toMatchObject({ name: 'Acme', plan: 'free' })
  expect(body.teamspace).toMatchObject({
    name: 'General',
    assignment: { method: 'balanced', maxChatsPerAgent: 10 },
    defaultAiAgentId: null,
  })
  expect(body.admin).toMatchObject({ ...admin, active: true, presence: 'away', teamIds: [] })
  const ada = api.as(body.token)
  expect((await ada.get('/v1/users/me')).body).toEqual(body.admin)
  expect((await ada.get('/v1/workspace')).body).toEqual(body.workspace)
  const all = { view: 'all', manage: 'all', transfer: true }
  expect((await ada.get('/v1/roles')).body.items).toMatchObject([
    { id: body.admin.roleId, name: 'admin', livechats: all, tickets: all, preset: true },
  ])
})

test('root sets the plan, and the empty change changes nothing', async () => {
  const w = await aWorkspace(api, { plan: 'free' })
  const path = `/v1/workspaces/${w.id}`
  expect((await api.root.patch(path, { plan: 'pro' })).body).toMatchObject({ plan: 'pro' })
  expect((await api.root.patch(path, {})).body).toMatchObject({ plan: 'pro' })
  expect((await w.channel.get('/v1/workspace')).body.plan).toBe('pro')
  expect((await api.root.patch('/v1/workspaces/wsp_none', { plan: 'pro' })).status).toBe(404)
})

test('nobody but root makes workspaces or sets plans, and root does nothing else', async () => {
  const w = await aWorkspace(api)
  for (const who of [w.admin, w.channel, w.ava]) {
    expect((await who.post('/v1/workspaces', { name: 'Mine', admin })).status).toBe(403)
    const { body } = await who.patch(`/v1/workspaces/${w.id}`, { plan: 'champion' })
    expect(body).toMatchObject({ status: 403, code: 'permission_denied' })
  }
  for (const path of ['/v1/workspace', '/v1/roles', '/v1/users/me', `/v1/users/${w.admin.id}`]) {
    expect((await api.root.get(path)).status, path).toBe(403)
  }
  expect((await api.root.post('/v1/teamspaces', { name: 'Mine' })).status).toBe(403)
})

test.each([
  [{ name: 'Acme' }, 'admin'],
  [{ name: 'Acme', admin, plan: 'gold' }, 'plan'],
  [{ name: ' ', admin }, 'name'],
  [{ name: 'A\0', admin }, 'name'],
  [{ name: 'A\ud800', admin }, 'name'],
  [{ name: 'Acme', admin: { ...admin, email: 'nobody' } }, 'admin.email'],
  [{ name: 'Acme', admin: { ...admin, roleId: 'x' } }, 'admin'],
  [{ name: 'Acme', admin, color: 'red' }, ''],
])('a workspace like %j is refused at %s', async (body, path) => {
  const answer = await api.root.post('/v1/workspaces', body)
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ code: 'invalid_request', errors: [{ path }] })
})
