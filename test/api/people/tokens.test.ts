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

test('a user’s token is shown once, listed by id, and invalid as soon as it is deleted', async () => {
  const tess = await w.user('Tess')
  const path = `/v1/users/${tess.id}/tokens`
  const made = await w.create(path, {})
  expect(Object.keys(made).sort()).toEqual(['id', 'token'])
  const another = api.as(made.token)
  expect((await another.get('/v1/users/me')).body.id).toBe(tess.id)
  const { text, body } = await w.channel.get(path)
  expect(body.items).toHaveLength(2)
  expect(text).not.toContain(made.token)
  const one = await w.channel.get(`/v1/tokens/${made.id}`)
  expect(body.items).toContainEqual(one.body)
  expect(one.body).toEqual({ id: made.id, createdAt: expect.any(String) })
  expect((await w.admin.delete(`/v1/tokens/${made.id}`)).status).toBe(204)
  expect((await another.get('/v1/users/me')).status).toBe(401)
  expect((await tess.get('/v1/users/me')).status).toBe(200)
  expect((await w.admin.delete(`/v1/tokens/${made.id}`)).status).toBe(404)
})

test('an AI agent’s token acts as that AI agent; the request may have a body or none', async () => {
  const path = `/v1/ai-agents/${w.ava.id}/tokens`
  const made = await w.admin.post(path)
  expect(made.status).toBe(201)
  const ava = api.as(made.body.token)
  expect((await ava.get('/v1/conversations')).status).toBe(200)
  expect((await w.admin.get(path)).body.items.map((it: { id: string }) => it.id)).toContain(
    made.body.id,
  )
  await w.admin.delete(`/v1/tokens/${made.body.id}`)
  expect((await ava.get('/v1/conversations')).status).toBe(401)
  expect((await w.admin.post(path, { name: 'x' })).status).toBe(400)
})

test('a user deletes their own tokens, but not another’s', async () => {
  const [kim, lou] = [await w.user('Kim'), await w.user('Lou')]
  const { items } = (await kim.get(`/v1/users/${kim.id}/tokens`)).body
  const path = `/v1/tokens/${items[0].id}`
  expect((await lou.delete(path)).body.code).toBe('permission_denied')
  expect((await w.channel.delete(path)).status).toBe(403)
  expect((await lou.delete('/v1/tokens/tok_none')).status).toBe(404)
  expect((await kim.delete(path)).status).toBe(204)
  expect((await kim.get('/v1/users/me')).status).toBe(401)
})

test('an API key is shown once, listed by name, and invalid as soon as it is revoked', async () => {
  const made = await w.create('/v1/api-keys', { name: 'Mail' })
  expect(Object.keys(made).sort()).toEqual(['id', 'token'])
  const mail = api.as(made.token)
  const path = `/v1/api-keys/${made.id}`
  const one = (await mail.get(path)).body
  expect(one).toEqual({ id: made.id, name: 'Mail', createdAt: expect.any(String) })
  expect((await mail.get('/v1/api-keys')).body.items).toContainEqual(one)
  expect((await w.admin.delete(path)).status).toBe(204)
  expect((await mail.get('/v1/workspace')).status).toBe(401)
  expect((await w.admin.get(path)).status).toBe(404)
  expect((await w.admin.get('/v1/api-keys')).body.items).not.toContainEqual(one)
  expect((await w.admin.delete(path)).status).toBe(404)
})

test('another workspace’s API key is absent, and stays valid', async () => {
  const made = await w.create('/v1/api-keys', { name: 'Chat' })
  const other = await aWorkspace(api)
  expect((await other.admin.delete(`/v1/api-keys/${made.id}`)).status).toBe(404)
  expect((await api.as(made.token).get('/v1/workspace')).status).toBe(200)
})
