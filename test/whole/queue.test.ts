import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import {
  handOff,
  setAssignment,
  setPresence,
  untilAssigned,
  waitingIn,
} from '../harness/queueing.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../harness/workspace.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi({ sweeps: false })
})
afterAll(() => api.close())

const range = (count: number) => Array.from({ length: count }, (_, index) => index)

test('fifty handoffs at once never pass a cap, and what waits is served strictly in order', {
  timeout: 60_000,
}, async () => {
  const w = await aWorkspace(api)
  await w.admin.patch(`/v1/teamspaces/${w.teamspaceId}`, { assignment: { maxChatsPerAgent: 3 } })
  const agents = await Promise.all(range(5).map((n) => w.user(`Agent ${n}`)))
  const chats = await Promise.all(range(50).map(() => w.chat()))
  const outcomes = await Promise.all(chats.map(({ id }) => handOff(w, id)))
  expect(outcomes.filter((one) => one === 'accepted')).toHaveLength(15)
  expect(outcomes.filter((one) => one === 'queued')).toHaveLength(35)

  const waiting = await w.channel.get('/v1/conversations?queued=true&limit=200')
  const inOrder = waiting.body.items.map((item: { id: string }) => item.id)
  expect(
    waiting.body.items.map((item: { queue: { position: number } }) => item.queue.position),
  ).toEqual(range(35).map((n) => n + 1))
  for (const next of inOrder.slice(0, 5)) {
    await closeOneOf(w, agents)
    await untilAssigned(w, next)
  }
  const most = await Promise.all(agents.map((agent) => loadOf(w, agent)))
  expect(Math.max(...most)).toBeLessThanOrEqual(3)
})

async function closeOneOf(w: Workspace, agents: Person[]): Promise<void> {
  const held = await w.channel.get('/v1/conversations?status=open&limit=200')
  const item = held.body.items.find(
    (one: { assignee: { type: string } | null }) => one.assignee?.type === 'user',
  )
  const holder = agents.find((agent) => agent.id === item.assignee.id) as Person
  expectStatus(await holder.post(`/v1/conversations/${item.id}/close`, {}), 200)
}

async function loadOf(w: Workspace, { id }: Person): Promise<number> {
  const open = await w.channel.get(`/v1/conversations?assigneeId=${id}&status=open&limit=200`)
  return open.body.items.length
}

test('what waits is served as soon as somebody comes online, the longest waiting first', async () => {
  const w = await aWorkspace(api)
  await setAssignment(w, { maxChatsPerAgent: 1 })
  const mia = await w.user('Mia', { online: false })
  const [first, second] = [await w.chat(), await w.chat()]
  expect(await handOff(w, first.id)).toBe('queued')
  expect(await handOff(w, second.id)).toBe('queued')
  await setPresence(mia, 'online')
  expect(await untilAssigned(w, first.id)).toBe(mia.id)
  const { items } = (await w.channel.get(`/v1/conversations/${first.id}/assignments`)).body
  expect(items.at(-1).cause).toBe('queue')
  expect(await waitingIn(w)).toEqual([second.id])
})
