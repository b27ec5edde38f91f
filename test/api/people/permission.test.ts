import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aWorkspace, type Person, servingRole, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let other: Workspace
let nia: Person
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
  other = await aWorkspace(api)
  nia = await w.user('Nia')
})
afterAll(() => api.close())

const grants = { name: 'X', ...servingRole }

/** Every write, with a valid body, on the rows of a workspace. */
const writes = (at: Workspace, userId: string) =>
  [
    ['post', '/v1/roles', grants],
    ['patch', `/v1/roles/${at.role.id}`, { name: 'X' }],
    ['delete', `/v1/roles/${at.role.id}`],
    ['post', '/v1/users', { name: 'X', email: 'x@y.z', roleId: at.role.id }],
    ['patch', `/v1/users/${userId}`, { name: 'X' }],
    ['post', `/v1/users/${userId}/tokens`, {}],
    ['post', `/v1/ai-agents/${at.ava.id}/tokens`, {}],
    ['post', '/v1/api-keys', { name: 'X' }],
    ['post', '/v1/teamspaces', { name: 'X' }],
    ['patch', `/v1/teamspaces/${at.teamspaceId}`, { name: 'X' }],
    ['post', '/v1/teams', { name: 'X', teamspaceIds: [] }],
    ['patch', `/v1/teams/${at.support.id}`, { name: 'X' }],
    ['put', `/v1/teams/${at.support.id}/members/${userId}`],
    ['delete', `/v1/teams/${at.support.id}/members/${userId}`],
    ['post', '/v1/ai-agents', { name: 'X', teamspaceId: at.teamspaceId }],
    ['patch', `/v1/ai-agents/${at.ava.id}`, { name: 'X' }],
    ['delete', `/v1/ai-agents/${at.ava.id}`],
  ] as ['post' | 'patch' | 'put' | 'delete', string, unknown?][]

const lists = ['roles', 'users', 'api-keys', 'teamspaces', 'teams', 'ai-agents']
const reads = (at: Workspace, userId: string) => [
  `/v1/roles/${at.role.id}`,
  `/v1/users/${userId}`,
  `/v1/users/${userId}/tokens`,
  `/v1/teamspaces/${at.teamspaceId}`,
  `/v1/teams/${at.support.id}`,
  `/v1/ai-agents/${at.ava.id}`,
  `/v1/ai-agents/${at.ava.id}/tokens`,
]

test('nobody but an admin writes', async () => {
  for (const who of [nia, w.channel, w.ava, api.root]) {
    for (const [method, path, body] of writes(w, nia.id)) {
      const answer = await who[method](path, body)
      expect(answer.body, `${method} ${path}`).toMatchObject({
        status: 403,
        code: 'permission_denied',
      })
    }
  }
})

test('users and API keys read, AI agents and root do not', async () => {
  for (const path of [...lists.map((it) => `/v1/${it}`), ...reads(w, nia.id), '/v1/workspace']) {
    for (const who of [nia, w.channel]) expect((await who.get(path)).status, path).toBe(200)
    for (const who of [w.ava, api.root]) expect((await who.get(path)).status, path).toBe(403)
    expect((await api.as('bt_user_nobody').get(path)).status, path).toBe(401)
  }
  expect((await w.channel.get('/v1/users/me')).status).toBe(403)
})

test('nothing of another workspace is listed, read or changed', async () => {
  for (const path of reads(other, other.admin.id)) {
    expect((await w.admin.get(path)).body.code, path).toBe('not_found')
  }
  for (const [method, path, body] of writes(other, other.admin.id)) {
    if (method === 'post' && !path.endsWith('/tokens')) continue
    expect((await w.admin[method](path, body)).status, `${method} ${path}`).toBe(404)
  }
  const ids = [other.role, other.admin, other.support, other.ava].map(({ id }) => id)
  for (const list of lists) {
    const { text } = await w.admin.get(`/v1/${list}?limit=200`)
    for (const id of [...ids, other.teamspaceId, other.id]) expect(text).not.toContain(id)
  }
})

test('a wrong body is refused first, then a wrong kind of caller, then an unknown id', async () => {
  for (const [method, path, body] of writes(w, nia.id)) {
    if (!body) continue
    const wrong = await w.ava[method](path, { ...(body as object), surprise: 1 })
    expect(wrong.body.code, `${method} ${path}`).toBe('invalid_request')
  }
  expect((await w.ava.get('/v1/roles?limit=0')).status).toBe(400)
  expect((await w.ava.get('/v1/roles?cursor=x')).status).toBe(400)
  expect((await w.ava.get('/v1/roles/role_none')).status).toBe(403)
  expect((await nia.patch('/v1/roles/role_none', {})).status).toBe(403)
})

test('text that cannot be an id is answered as an unknown id', async () => {
  for (const id of ['%00', "x'--", '..%2f', 'me', 'x'.repeat(5000), '%F0%9F%92%A9']) {
    expect((await w.admin.get(`/v1/roles/${id}`)).status, id).toBe(404)
    expect((await w.admin.delete(`/v1/tokens/${id}`)).status, id).toBe(404)
  }
})

test('a broken body is an invalid request, never an internal error', async () => {
  for (const body of ['{', '[]', 'null', '"x"', '{"name":{"a":1}}', '{"name":"\\u0000"}']) {
    const answer = await w.admin.post('/v1/teamspaces', body)
    expect(answer.body.code, body).toBe('invalid_request')
  }
})
