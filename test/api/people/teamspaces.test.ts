import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aWorkspace } from '../../harness/workspace.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi({ worker: false })
})
afterAll(() => api.close())

test('a teamspace is made with the usual settings and changed in part', async () => {
  const w = await aWorkspace(api)
  const made = await w.create('/v1/teamspaces', { name: 'Casino' })
  const path = `/v1/teamspaces/${made.id}`
  expect(made.assignment).toEqual({ method: 'balanced', maxChatsPerAgent: 10 })
  const first = await w.admin.patch(path, { assignment: { maxChatsPerAgent: 3 } })
  expect(first.body).toEqual({ ...made, assignment: { method: 'balanced', maxChatsPerAgent: 3 } })
  const second = await w.admin.patch(path, { name: 'Poker', assignment: { method: 'random' } })
  expect(second.body).toMatchObject({
    name: 'Poker',
    assignment: { method: 'random', maxChatsPerAgent: 3 },
  })
  expect((await w.admin.patch(path, { assignment: {} })).body).toEqual(second.body)
  expect((await w.channel.get(path)).body).toEqual(second.body)
  expect((await w.channel.get('/v1/teamspaces')).body.items).toHaveLength(2)
})

test.each([
  ['free', ['balanced'], { random: 'amateur', round_robin: 'pro', voluntary: 'champion' }],
  ['amateur', ['balanced', 'random'], { round_robin: 'pro', voluntary: 'champion' }],
  ['pro', ['balanced', 'random', 'round_robin'], { voluntary: 'champion' }],
  ['champion', ['balanced', 'random', 'round_robin', 'voluntary'], {}],
])('plan %s has the methods %j', async (plan, has, lacks) => {
  const w = await aWorkspace(api, { plan })
  const path = `/v1/teamspaces/${w.teamspaceId}`
  for (const method of has) {
    const { body } = await w.admin.patch(path, { assignment: { method } })
    expect(body.assignment).toMatchObject({ method })
  }
  for (const [method, requiredPlan] of Object.entries(lacks)) {
    const { body } = await w.admin.patch(path, { name: 'Not so', assignment: { method } })
    expect(body).toMatchObject({ status: 403, code: 'plan_required', plan, requiredPlan })
  }
  expect((await w.admin.get(path)).body.name).toBe('General')
})

test('the default AI agent is one of the teamspace that is not deleted', async () => {
  const w = await aWorkspace(api)
  const other = await w.create('/v1/teamspaces', { name: 'Other' })
  const there = await w.create('/v1/ai-agents', { name: 'There', teamspaceId: other.id })
  const [here, deleted] = [await w.bot('Here'), await w.bot('Deleted')]
  await w.admin.delete(`/v1/ai-agents/${deleted.id}`)
  const path = `/v1/teamspaces/${w.teamspaceId}`
  for (const defaultAiAgentId of [there.id, deleted.id, 'ai_none', w.admin.id]) {
    const { body } = await w.admin.patch(path, { defaultAiAgentId })
    expect(body).toMatchObject({ status: 400, errors: [{ path: 'defaultAiAgentId' }] })
  }
  const { body } = await w.admin.patch(path, { defaultAiAgentId: here.id })
  expect(body.defaultAiAgentId).toBe(here.id)
})

test.each([
  [{ assignment: { maxChatsPerAgent: 0 } }, 'assignment.maxChatsPerAgent'],
  [{ assignment: { maxChatsPerAgent: 1001 } }, 'assignment.maxChatsPerAgent'],
  [{ assignment: { maxChatsPerAgent: 1.5 } }, 'assignment.maxChatsPerAgent'],
  [{ assignment: { method: 'fair' } }, 'assignment.method'],
  [{ assignment: { cap: 3 } }, 'assignment'],
  [{ defaultAiAgentId: null }, 'defaultAiAgentId'],
  [{ plan: 'pro' }, ''],
])('the change %j is refused at %s', async (change, path) => {
  const w = await aWorkspace(api)
  const { body } = await w.admin.patch(`/v1/teamspaces/${w.teamspaceId}`, change)
  expect(body).toMatchObject({ status: 400, errors: [{ path }] })
})
