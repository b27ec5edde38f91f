import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aWorkspace, servingRole, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
})
afterAll(() => api.close())

const own = { view: 'own', manage: 'own', transfer: false }

test('a role is made, read, changed in part and deleted', async () => {
  const role = await w.create('/v1/roles', { name: 'Trainee', livechats: own, tickets: own })
  const path = `/v1/roles/${role.id}`
  expect(role).toMatchObject({ name: 'Trainee', livechats: own, tickets: own, preset: false })
  expect((await w.channel.get(path)).body).toEqual(role)
  const changed = await w.admin.patch(path, { livechats: { view: 'all', transfer: true } })
  expect(changed.status).toBe(200)
  expect(changed.body).toEqual({
    ...role,
    livechats: { view: 'all', manage: 'own', transfer: true },
  })
  expect((await w.admin.patch(path, {})).body).toEqual(changed.body)
  expect((await w.admin.delete(path)).status).toBe(204)
  expect((await w.admin.get(path)).status).toBe(404)
  expect((await w.admin.delete(path)).status).toBe(404)
})

test('manage never reaches beyond view, neither when made nor after a change', async () => {
  const beyond = { view: 'own', manage: 'team', transfer: false }
  const made = await w.admin.post('/v1/roles', { name: 'X', livechats: own, tickets: beyond })
  expect(made.body).toMatchObject({ status: 400, errors: [{ path: 'tickets.manage' }] })
  const role = await w.create('/v1/roles', { name: 'X', livechats: own, tickets: own })
  const path = `/v1/roles/${role.id}`
  for (const livechats of [{ view: 'none' }, { manage: 'all' }, beyond]) {
    const { body } = await w.admin.patch(path, { livechats })
    expect(body).toMatchObject({ status: 400, errors: [{ path: 'livechats.manage' }] })
  }
  expect((await w.admin.get(path)).body).toEqual(role)
})

test('a role that somebody has is not deleted, even when they are deactivated', async () => {
  const role = await w.create('/v1/roles', { name: 'Agent', ...servingRole })
  const user = await w.user('Rosa', { roleId: role.id, online: false })
  const remove = () => w.admin.delete(`/v1/roles/${role.id}`)
  expect((await remove()).body).toMatchObject({ status: 409, code: 'role_in_use' })
  await w.admin.patch(`/v1/users/${user.id}`, { active: false })
  expect((await remove()).status).toBe(409)
  await w.admin.patch(`/v1/users/${user.id}`, { roleId: w.role.id })
  expect((await remove()).status).toBe(204)
})

test('the role admin is never changed or deleted', async () => {
  const { roleId } = (await w.admin.get('/v1/users/me')).body
  const path = `/v1/roles/${roleId}`
  const changed = await w.admin.patch(path, { livechats: { transfer: false } })
  expect(changed.body).toMatchObject({ status: 403, code: 'permission_denied' })
  expect((await w.admin.patch(path, {})).status).toBe(403)
  expect((await w.admin.delete(path)).status).toBe(403)
  expect((await w.admin.get(path)).body.livechats.transfer).toBe(true)
})

test('a role that is given and deleted at once is either given or deleted', async () => {
  for (let round = 0; round < 8; round++) {
    const role = await w.create('/v1/roles', { name: 'Brief', ...servingRole })
    const person = { name: 'Bo', email: 'bo@acme.test', roleId: role.id }
    const [given, gone] = await Promise.all([
      w.admin.post('/v1/users', person),
      w.admin.delete(`/v1/roles/${role.id}`),
    ])
    expect([
      [201, 409],
      [400, 204],
    ]).toContainEqual([given.status, gone.status])
    if (given.status === 400) expect(given.body.errors).toMatchObject([{ path: 'roleId' }])
  }
})
