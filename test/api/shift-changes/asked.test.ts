import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aRole, aTicket } from '../../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../../harness/workspace.ts'
import { changeShift, untilEnded } from './begun.ts'

let api: TestApi
let w: Workspace
let mia: Person
let noor: Person
let to: { userId: string }
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
  mia = await w.user('Mia')
  noor = await w.user('Noor')
  to = { userId: noor.id }
  await aTicket(w, mia)
})
afterAll(() => api.close())

const ask = (who: Pick<Person, 'post'>, id: string, body: unknown = { to }) =>
  who.post(`/v1/users/${id}/handover`, body)

test('only the user themselves or an admin begins one', async () => {
  expect(await ask(noor, mia.id)).toMatchObject({
    status: 403,
    body: { code: 'permission_denied' },
  })
  for (const who of [w.channel, w.ava, api.root]) {
    expect((await ask(who, mia.id)).status).toBe(403)
  }
})

test('a user whose role does not transfer is refused', async () => {
  const roleId = await aRole(w, { livechats: { view: 'team', manage: 'own' } })
  const trainee = await w.user('Trainee', { roleId })
  expect(await ask(trainee, 'me')).toMatchObject({ body: { code: 'permission_denied' } })
})

test('it needs plan amateur', async () => {
  const free = await aWorkspace(api, { plan: 'free' })
  const ann = await free.user('Ann')
  const refused = await ask(free.admin, ann.id, { to: { userId: free.admin.id } })
  expect(refused).toMatchObject({
    status: 403,
    body: { code: 'plan_required', plan: 'free', requiredPlan: 'amateur' },
  })
})

test('an unknown user is a 404, and so is one of another workspace', async () => {
  const other = await aWorkspace(api)
  expect((await ask(w.admin, 'usr_nobody')).status).toBe(404)
  expect((await ask(other.admin, mia.id)).status).toBe(404)
})

test.each([
  ['an unknown user', { userId: 'usr_nobody' }, { reason: 'unknown' }],
  ['an unknown team', { teamId: 'team_nobody' }, { reason: 'unknown' }],
])('%s is no target', async (_name, target, members) => {
  const refused = await ask(mia, 'me', { to: target })
  expect(refused).toMatchObject({
    status: 422,
    body: { code: 'target_not_permitted', ...members },
  })
})

test('a deactivated user, one elsewhere and the user themselves are no targets', async () => {
  const gone = await w.user('Gone')
  await w.admin.patch(`/v1/users/${gone.id}`, { active: false })
  const other = await aWorkspace(api)
  expect((await ask(mia, 'me', { to: { userId: gone.id } })).body.reason).toBe('inactive')
  expect((await ask(mia, 'me', { to: { teamId: other.support.id } })).body.reason).toBe('unknown')
  expect(await ask(mia, 'me', { to: { userId: mia.id } })).toMatchObject({
    status: 422,
    body: { code: 'self_transfer' },
  })
})

test.each([
  {},
  { to: {} },
  { to: { userId: 'usr_a', teamId: 'team_a' } },
  { to: { userId: 'usr_a' }, kinds: [] },
  { to: { userId: 'usr_a' }, kinds: ['call'] },
  { to: { userId: 'usr_a' }, force: true },
])('%j is a 400', async (body) => {
  expect(await ask(mia, 'me', body)).toMatchObject({ status: 400 })
})

test('the same request twice is one shift change; another target is refused while it runs', async () => {
  const [first, second] = await Promise.all([
    changeShift(mia, 'me', { to }),
    changeShift(mia, 'me', { to }),
  ])
  expect(second.id).toBe(first.id)
  expect(first).toMatchObject({ state: 'running', total: 1, done: 0 })
  expect(await ask(mia, 'me', { to: { teamId: w.billing.id } })).toMatchObject({
    status: 409,
    body: { code: 'handover_running', handoverId: first.id },
  })
})

test('only its user and admins see it', async () => {
  const { id } = await changeShift(mia, 'me', { to })
  const other = await aWorkspace(api)
  for (const who of [mia, w.admin]) expect((await who.get(`/v1/handovers/${id}`)).status).toBe(200)
  for (const who of [noor, other.admin]) {
    expect((await who.get(`/v1/handovers/${id}`)).status).toBe(404)
    expect((await who.post(`/v1/handovers/${id}/cancel`)).status).toBe(404)
  }
})

test('cancelled before it was begun, a conversation stays, and cancelling again is quiet', async () => {
  const zoe = await w.user('Zoe')
  const tickets = await Promise.all(Array.from({ length: 9 }, () => aTicket(w, zoe)))
  const { id } = await changeShift(zoe, 'me', { to })
  const cancelled = await zoe.post(`/v1/handovers/${id}/cancel`)
  expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled' } })
  expect((await zoe.post(`/v1/handovers/${id}/cancel`)).body.endedAt).toBe(cancelled.body.endedAt)
  const worker = await api.startWorker()
  const { id: later } = await changeShift(zoe, 'me', { to: { userId: mia.id } })
  expect(await untilEnded(zoe, later)).toMatchObject({ done: 9 })
  for (const ticket of tickets) expect((await ticket.now()).assignee.id).toBe(mia.id)
  await worker.stop()
})
