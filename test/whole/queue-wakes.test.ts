import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import { historyOfRun, signalsIn } from '../harness/history.ts'
import { handOff, setAssignment, setPresence, untilAssigned } from '../harness/queueing.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../harness/workspace.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi({ sweeps: false })
})
afterAll(() => api.close())

type Scene = { w: Workspace; mia: Person; noor: Person; held: string }

/** Mia is at the cap with one chat and Noor is away, so a handoff waits. */
async function everyoneFull(): Promise<Scene> {
  const w = await aWorkspace(api)
  await setAssignment(w, { maxChatsPerAgent: 1 })
  const mia = await w.user('Mia')
  const noor = await w.user('Noor', { online: false })
  const { id: held } = await w.chat()
  await handOff(w, held)
  return { w, mia, noor, held }
}

const at = (id: string, action: string) => `/v1/conversations/${id}/${action}`
const text = { message: { text: 'Mine' } }

const reasons: Record<string, (scene: Scene) => Promise<unknown>> = {
  'a close': async ({ mia, held }) => expectStatus(await mia.post(at(held, 'close'), {}), 200),
  'a resolve': async ({ mia, held }) =>
    expectStatus(await mia.post(at(held, 'status'), { status: 'resolved' }), 200),
  'a transfer away': async ({ mia, noor, held }) =>
    expectStatus(await mia.post(at(held, 'transfer'), { userId: noor.id }), 200),
  'a takeover away': async ({ w, held }) =>
    expectStatus(await w.admin.post(at(held, 'takeover'), text), 200),
  'somebody coming online': ({ noor }) => setPresence(noor, 'online'),
  'a raised cap': ({ w }) => setAssignment(w, { maxChatsPerAgent: 2 }),
  'a new member': ({ w }) => w.user('Omar', { teams: [w.support] }),
}

test.each(Object.entries(reasons))('%s wakes the queue at once', async (_reason, happens) => {
  const scene = await everyoneFull()
  const { id } = await scene.w.chat()
  expect(await handOff(scene.w, id)).toBe('queued')
  await happens(scene)
  await untilAssigned(scene.w, id)
})

test.each([
  ['a new method', async (w: Workspace) => setAssignment(w, { method: 'balanced' })],
  [
    'a plan that lacks the method',
    async (w: Workspace) =>
      expectStatus(await api.root.patch(`/v1/workspaces/${w.id}`, { plan: 'pro' }), 200),
  ],
])('%s wakes a queue in which nobody is picked', async (_reason, happens) => {
  const w = await aWorkspace(api)
  await setAssignment(w, { method: 'voluntary' })
  const mia = await w.user('Mia')
  const { id } = await w.chat()
  expect(await handOff(w, id)).toBe('queued')
  await happens(w)
  expect(await untilAssigned(w, id)).toBe(mia.id)
})

const rename = async (w: Workspace, path: string) =>
  expectStatus(await w.admin.patch(path, { name: 'Another' }), 200)

const idles: Record<string, (scene: Scene) => Promise<unknown>> = {
  'a renewal of presence': ({ mia }) => setPresence(mia, 'online'),
  'somebody going away': ({ noor }) => setPresence(noor, 'away'),
  'a new name of a user': ({ w, noor }) => rename(w, `/v1/users/${noor.id}`),
  'a new name of a team': ({ w }) => rename(w, `/v1/teams/${w.support.id}`),
  'a new name of a role': ({ w }) => rename(w, `/v1/roles/${w.role.id}`),
  'a new name of an AI agent': ({ w }) => rename(w, `/v1/ai-agents/${w.ava.id}`),
  'a new user without a team': ({ w }) => w.user('Olga', { teams: [], online: false }),
  'a new AI agent': ({ w }) => w.bot('Bea'),
  'somebody coming online elsewhere': async ({ w }) => {
    const elsewhere = await w.create('/v1/teamspaces', { name: 'Elsewhere' })
    const team = await w.create('/v1/teams', { name: 'Far', teamspaceIds: [elsewhere.id] })
    return w.user('Far', { teams: [team] })
  },
}

test('nothing is woken by what frees no slot there', async () => {
  const scene = await everyoneFull()
  const { id } = await scene.w.chat()
  expect(await handOff(scene.w, id)).toBe('queued')
  const queue = `queue/${scene.w.teamspaceId}`
  const wakes = async () => signalsIn(await historyOfRun(api, queue)).length
  await vi.waitFor(async () => expect(await wakes()).toBe(1))
  for (const happens of Object.values(idles)) await happens(scene)
  // Whatever is woken is woken before this.
  await reasons['a raised cap']?.(scene)
  await untilAssigned(scene.w, id)
  // By the handoff, the cap, and the offer that was settled.
  await vi.waitFor(async () => expect(await wakes()).toBe(3))
})
