import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aWorkspace, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let adminRole: string
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
  adminRole = (await w.admin.get('/v1/users/me')).body.roleId
})
afterAll(() => api.close())

test('a new user is active, away and in no team', async () => {
  const given = { name: 'Zoë', email: 'zoe@acme.test', roleId: w.role.id }
  const user = await w.create('/v1/users', given)
  expect(user).toMatchObject({
    ...given,
    active: true,
    presence: 'away',
    onlineSince: null,
    presenceExpiresAt: null,
    teamIds: [],
  })
  expect((await w.channel.get(`/v1/users/${user.id}`)).body).toEqual(user)
})

test('a user is renamed and given another role, and the empty change changes nothing', async () => {
  const uma = await w.user('Uma')
  const path = `/v1/users/${uma.id}`
  const { body } = await w.admin.patch(path, { name: 'Uma K.', roleId: adminRole })
  expect(body).toMatchObject({ name: 'Uma K.', roleId: adminRole, teamIds: [w.support.id] })
  expect((await w.admin.patch(path, {})).body).toEqual(body)
  expect((await uma.patch(path, { name: 'Uma' })).body.name).toBe('Uma')
})

test('a role that is not of the workspace is an invalid request', async () => {
  const other = await aWorkspace(api)
  for (const roleId of [other.role.id, 'role_none', "'; drop table users; --"]) {
    const made = await w.admin.post('/v1/users', { name: 'X', email: 'x@y.z', roleId })
    const changed = await w.admin.patch(`/v1/users/${w.admin.id}`, { roleId })
    for (const { body } of [made, changed]) {
      expect(body).toMatchObject({ status: 400, errors: [{ path: 'roleId' }] })
    }
  }
})

test('a deactivated user is away and their token is nobody’s, until they are active again', async () => {
  const dan = await w.user('Dan')
  const path = `/v1/users/${dan.id}`
  const gone = await w.admin.patch(path, { active: false })
  expect(gone.status).toBe(200)
  expect(gone.body).toMatchObject({ active: false, presence: 'away', onlineSince: null })
  expect((await w.admin.patch(path, { active: false })).body).toEqual(gone.body)
  expect((await dan.get('/v1/users/me')).body).toMatchObject({
    status: 401,
    code: 'unauthenticated',
  })
  const back = await w.admin.patch(path, { active: true })
  expect(back.body).toEqual({ ...gone.body, active: true })
  expect((await dan.get('/v1/users/me')).body).toEqual(back.body)
})

test('users are listed in order of id, page by page, each once', async () => {
  const one = await w.channel.get('/v1/users?limit=2')
  expect(one.body.items).toHaveLength(2)
  const seen = one.body.items.map((user: { id: string }) => user.id)
  let { nextCursor } = one.body
  while (nextCursor) {
    const { body } = await w.channel.get(`/v1/users?limit=2&cursor=${nextCursor}`)
    seen.push(...body.items.map((user: { id: string }) => user.id))
    nextCursor = body.nextCursor
  }
  const all = (await w.channel.get('/v1/users?limit=200')).body.items
  expect(seen).toEqual(all.map((user: { id: string }) => user.id))
  expect(seen).toEqual([...new Set(seen)].sort())
})

test('a cursor of another list and a limit out of range are refused', async () => {
  const { nextCursor } = (await w.admin.get('/v1/users?limit=1')).body
  for (const query of [`cursor=${nextCursor}x`, 'cursor=e30', 'limit=0', 'limit=201', 'limit=a']) {
    expect((await w.admin.get(`/v1/users?${query}`)).status, query).toBe(400)
  }
  expect((await w.admin.get(`/v1/roles?cursor=${nextCursor}`)).status).toBe(400)
})
