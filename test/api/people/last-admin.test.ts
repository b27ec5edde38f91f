import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockWorkspace } from '../../../db/chat-assignment/lock.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aWorkspace, type Workspace } from '../../harness/workspace.ts'
import { untilWaiting } from './waiting.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi({ worker: false })
})
afterAll(() => api.close())

/** A workspace with two admins. */
async function twoAdmins() {
  const w = await aWorkspace(api)
  const { roleId } = (await w.admin.get('/v1/users/me')).body
  const second = await w.user('Second Admin', { roleId, online: false })
  return { w, first: w.admin, second, demoted: { roleId: w.role.id } }
}

test('the last active admin is neither demoted nor deactivated', async () => {
  const { first, second, demoted } = await twoAdmins()
  expect((await first.patch(`/v1/users/${second.id}`, { active: false })).status).toBe(200)
  for (const change of [demoted, { active: false }, { active: false, ...demoted }]) {
    const { body } = await first.patch(`/v1/users/${first.id}`, change)
    expect(body).toMatchObject({ status: 409, code: 'last_admin' })
  }
  const { active } = (await first.get(`/v1/users/${first.id}`)).body
  expect(active).toBe(true)
})

test('an admin steps down when there is another one, and then is none', async () => {
  const { first, second, demoted } = await twoAdmins()
  expect((await first.patch(`/v1/users/${first.id}`, demoted)).status).toBe(200)
  expect((await first.patch(`/v1/users/${first.id}`, demoted)).status).toBe(403)
  expect((await second.patch(`/v1/users/${second.id}`, demoted)).body.code).toBe('last_admin')
})

test('a change that leaves the last admin an admin is allowed', async () => {
  const { w } = await twoAdmins()
  const { roleId } = (await w.admin.get('/v1/users/me')).body
  const change = { name: 'Boss', roleId, active: true }
  expect((await w.admin.patch(`/v1/users/${w.admin.id}`, change)).status).toBe(200)
})

test.each([
  ['demote', (w: Workspace) => ({ roleId: w.role.id })],
  ['deactivate', () => ({ active: false })],
])('of two admins who %s each other at once, one stays', async (_, changeIn) => {
  const { w, first, second } = await twoAdmins()
  const change = changeIn(w)
  // Both are admins when they ask, and decided one after the other.
  const asked = await api.database.client.db.transaction(async (tx) => {
    await lockWorkspace(tx, w.id)
    const answers = [
      first.patch(`/v1/users/${second.id}`, change),
      second.patch(`/v1/users/${first.id}`, change),
    ]
    await untilWaiting(api, 2)
    return { answers }
  })
  const answers = await Promise.all(asked.answers)
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409])
  expect(answers.find((answer) => answer.status === 409)?.body.code).toBe('last_admin')
})
