import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import { chatsOf, handOff, setAssignment } from '../harness/queueing.ts'
import { aChat, aLivechat, aQueuedChat, aTeam, aTicket } from '../harness/scenes.ts'
import { aWorkspace, expectStatus, type Workspace } from '../harness/workspace.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.close())

async function aWorkspaceThatAssigns(method: string, maxChatsPerAgent = 10): Promise<Workspace> {
  const w = await aWorkspace(api)
  await setAssignment(w, { method, maxChatsPerAgent })
  return w
}

test('random gives to candidates only, and passes no cap', async () => {
  const w = await aWorkspaceThatAssigns('random', 3)
  const free = [await w.user('Free'), await w.user('Idle')]
  const away = await w.user('Away', { online: false })
  const full = await w.user('Full')
  await Promise.all([1, 2, 3].map(() => aLivechat(w, full)))
  const chats = await Promise.all(Array.from({ length: 8 }, () => w.chat()))
  const outcomes = await Promise.all(chats.map(({ id }) => handOff(w, id)))
  expect(outcomes.filter((one) => one === 'accepted')).toHaveLength(6)
  expect(await chatsOf(w, [...free, full, away])).toEqual([3, 3, 3, 0])
})

test('voluntary picks nobody and names who could claim, and a claim takes it', async () => {
  const w = await aWorkspaceThatAssigns('voluntary')
  const mia = await w.user('Mia')
  const chat = await aQueuedChat(w)
  const [, queued] = await chat.assignments()
  expect(queued.decision).toMatchObject({
    method: 'voluntary',
    picked: null,
    candidates: [{ userId: mia.id, load: 0 }],
  })
  const { conversation, assignment } = await chat.does(mia, 'takeover')
  expect(conversation).toMatchObject({ assignee: { id: mia.id }, status: 'open', queue: null })
  expect(assignment.cause).toBe('takeover')
})

test('voluntary queues what is transferred to a team', async () => {
  const w = await aWorkspaceThatAssigns('voluntary')
  const mia = await w.user('Mia')
  await w.user('Ben', { teams: [w.billing] })
  const chat = await aLivechat(w, mia)
  const { command, conversation } = await chat.does(mia, 'team-transfer', { teamId: w.billing.id })
  expect(command.outcome).toBe('queued')
  expect(conversation).toMatchObject({ assignee: null, teamId: w.billing.id })
})

test.each(['random', 'round_robin', 'voluntary'])(
  'after a downgrade %s is balanced, and the decision says so',
  async (method) => {
    const w = await aWorkspaceThatAssigns(method)
    const [busy, free] = [await w.user('Busy'), await w.user('Free')]
    await aLivechat(w, busy)
    expectStatus(await api.root.patch(`/v1/workspaces/${w.id}`, { plan: 'free' }), 200)
    const { assignment } = await (await aChat(w)).does(w.channel, 'handoff')
    expect(assignment.decision).toMatchObject({ method: 'balanced', picked: free.id })
  },
)

test('the cap counts chats and not tickets, and a claim passes it', async () => {
  const w = await aWorkspaceThatAssigns('balanced', 1)
  const mia = await w.user('Mia')
  await aTicket(w, mia)
  await aTicket(w, mia)
  expect(await handOff(w, (await w.chat()).id)).toBe('accepted')
  const waits = await aQueuedChat(w)
  await waits.does(mia, 'takeover')
  expect(await chatsOf(w, [mia])).toEqual([2])
})

test('chats of every teamspace count against the cap of the one that decides', async () => {
  const w = await aWorkspaceThatAssigns('balanced', 1)
  const wide = await w.create('/v1/teamspaces', { name: 'Wide' })
  const cap = { assignment: { maxChatsPerAgent: 2 } }
  expectStatus(await w.admin.patch(`/v1/teamspaces/${wide.id}`, cap), 200)
  const team = await aTeam(w, 'Both', [w.teamspaceId, wide.id])
  const mia = await w.user('Mia', { teams: [team] })
  const bot = await w.create('/v1/ai-agents', { name: 'Wide', teamspaceId: wide.id })
  const handOffIn = async (aiAgentId: string) => handOff(w, (await w.chat({ aiAgentId })).id)
  expect(await handOffIn(w.ava.id)).toBe('accepted')
  expect(await handOffIn(w.ava.id)).toBe('queued')
  expect(await handOffIn(bot.id)).toBe('accepted')
  expect(await handOffIn(bot.id)).toBe('queued')
  expect(await chatsOf(w, [mia])).toEqual([2])
})

test.each(['pending', 'overdue'])('a chat that is %s fills a slot', async (status) => {
  const w = await aWorkspaceThatAssigns('balanced', 1)
  const mia = await w.user('Mia')
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'status', { status })
  const { assignment } = await (await aChat(w)).does(w.channel, 'handoff')
  expect(assignment.decision.excluded).toEqual([{ userId: mia.id, reason: 'at_capacity' }])
})
