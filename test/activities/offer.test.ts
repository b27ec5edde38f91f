import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import { setAssignment, setPresence, waitingIn } from '../harness/queueing.ts'
import { aTeam } from '../harness/scenes.ts'
import { type Settling, settling } from '../harness/settling.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let by: Settling
let w: Workspace
let mia: Person
beforeAll(async () => {
  api = await testApi({ worker: false })
  by = settling(api)
})
afterAll(() => api.close())

/** Mia, who is away, serves alone, one chat at a time. */
beforeEach(async () => {
  w = await aWorkspace(api)
  await setAssignment(w, { maxChatsPerAgent: 1 })
  mia = await w.user('Mia', { online: false })
})

const user = ({ id }: Person) => ({ type: 'user' as const, id })

/** A chat after its handoff, with the outcome. */
async function handedOff(bot: Person = w.ava) {
  const { id } = await w.chat({ aiAgentId: bot.id })
  const { outcome } = await by.does(id, 'handoff', { type: 'ai_agent', id: bot.id })
  return { id, outcome }
}

const handedOffTo = async (team: { id: string }) =>
  handedOff(await w.bot('For a team', { target: { type: 'teams', teamIds: [team.id] } }))

async function lastAssignment(id: string) {
  return (await w.channel.get(`/v1/conversations/${id}/assignments`)).body.items.at(-1)
}

async function offered() {
  const [offer] = await by.offerNext(w.teamspaceId)
  if (!offer) throw new Error('Nobody could take anything')
  return offer
}

const meanwhile: Record<string, (id: string) => Promise<unknown>> = {
  'was taken over': (id) => by.does(id, 'takeover', user(w.admin), { text: 'Mine' }),
  'was claimed': (id) => by.does(id, 'takeover', user(w.admin), { claim: true }),
  'was taken back': (id) => by.does(id, 'cancel_handoff', { type: 'ai_agent', id: w.ava.id }),
  'was claimed and closed': async (id) => {
    await by.does(id, 'takeover', user(w.admin), { claim: true })
    await by.does(id, 'close', user(w.admin))
  },
  'was claimed and resolved': async (id) => {
    await by.does(id, 'takeover', user(w.admin), { claim: true })
    await by.does(id, 'status', user(w.admin), { status: 'resolved' })
  },
}

test.each(Object.entries(meanwhile))(
  'a chat that %s while its offer is on its way is left as it is, and the next gets the slot',
  async (_what, happens) => {
    const [first, second] = [await handedOff(), await handedOff()]
    await setPresence(mia, 'online')
    const offer = await offered()
    expect(offer.conversationId).toBe(first.id)
    await happens(first.id)
    const before = await by.rowOf(first.id)
    expect((await by.settled(first.id, offer.commandId)).outcome).toBe('accepted')
    expect(await by.rowOf(first.id)).toEqual(before)
    expect(await by.drain(w.teamspaceId)).toEqual([second.id])
    expect(await by.rowOf(second.id)).toMatchObject({ assigneeUserId: mia.id, status: 'open' })
  },
)

test('an offer that comes when the slot is gone leaves its conversation where it waits', async () => {
  const { id } = await handedOff()
  await setPresence(mia, 'online')
  const offer = await offered()
  await setPresence(mia, 'away')
  const before = await by.rowOf(id)
  await by.settled(id, offer.commandId)
  expect(await by.rowOf(id)).toEqual(before)
  await setPresence(mia, 'online')
  expect(await by.drain(w.teamspaceId)).toEqual([id])
})

test('a fresh handoff stays behind one that waits and could have had the slot', async () => {
  const first = await handedOff()
  await setPresence(mia, 'online')
  const second = await handedOff()
  expect(second.outcome).toBe('queued')
  const { decision } = await lastAssignment(second.id)
  expect(decision).toMatchObject({ picked: null, behind: first.id })
  expect(await waitingIn(w)).toEqual([first.id, second.id])
})

test('a fresh team transfer stays behind one that waits and could have had the slot', async () => {
  const held = (await w.chat()).id
  await by.does(held, 'takeover', user(w.admin), { text: 'Mine' })
  const first = await handedOff()
  await setPresence(mia, 'online')
  await by.does(held, 'team_transfer', user(w.admin), { teamId: w.support.id })
  expect((await lastAssignment(held)).decision).toMatchObject({ picked: null, behind: first.id })
  expect(await by.drain(w.teamspaceId)).toEqual([first.id])
  expect(await waitingIn(w)).toEqual([held])
})

test('a conversation that waits for a full team does not hold back one that waits for another team', async () => {
  const [first, second] = [await handedOffTo(w.support), await handedOffTo(w.billing)]
  const ben = await w.user('Ben', { teams: [w.billing] })
  expect(await by.drain(w.teamspaceId)).toEqual([second.id])
  expect(await by.rowOf(second.id)).toMatchObject({ assigneeUserId: ben.id })
  await w.user('Bo', { teams: [w.billing] })
  expect((await handedOffTo(w.billing)).outcome).toBe('accepted')
  expect(await waitingIn(w)).toEqual([first.id])
})

test('a member of two teams gets what has waited longest for either', async () => {
  const [first, second] = [await handedOffTo(w.billing), await handedOffTo(w.support)]
  const both = await w.user('Bea', { teams: [w.support, w.billing] })
  expect(await by.drain(w.teamspaceId)).toEqual([first.id])
  expect(await by.rowOf(first.id)).toMatchObject({ assigneeUserId: both.id, teamId: w.billing.id })
  expect(await waitingIn(w)).toEqual([second.id])
})

test('a pool that came to be empty while something waits for it becomes anyone, and the decision says so', async () => {
  const team = await aTeam(w, 'Leaving')
  const tom = await w.user('Tom', { teams: [team], online: false })
  const { id } = await handedOffTo(team)
  await setPresence(mia, 'online')
  expect(await by.drain(w.teamspaceId)).toEqual([])
  expectStatus(await w.admin.delete(`/v1/teams/${team.id}/members/${tom.id}`), 204)
  expect(await by.drain(w.teamspaceId)).toEqual([id])
  const { teamId, decision } = await lastAssignment(id)
  expect(decision).toMatchObject({ picked: mia.id, fallback: 'anyone' })
  expect(teamId).toBe(w.support.id)
})

test('who left a conversation to their team gets it back only when nobody else permitted is in it', async () => {
  const noor = await w.user('Noor', { online: false })
  const { id } = await w.chat()
  await by.does(id, 'takeover', user(w.admin), { text: 'Mine' })
  await by.does(id, 'transfer', user(w.admin), { userId: mia.id })
  await setPresence(mia, 'online')
  const { outcome } = await by.does(id, 'team_transfer', user(mia), { teamId: w.support.id })
  expect(outcome).toBe('queued')
  expect(await by.drain(w.teamspaceId)).toEqual([])
  expectStatus(await w.admin.delete(`/v1/teams/${w.support.id}/members/${noor.id}`), 204)
  expect(await by.drain(w.teamspaceId)).toEqual([id])
  expect(await by.rowOf(id)).toMatchObject({ assigneeUserId: mia.id, teamId: w.support.id })
})

test('a ticket that waits goes to the user who comes online, even at their cap of chats', async () => {
  const { id } = await w.ticket(w.admin, w.admin)
  await by.does(id, 'team_transfer', user(w.admin), { teamId: w.support.id })
  const [first, second] = [await handedOff(), await handedOff()]
  await by.does(first.id, 'takeover', user(mia), { claim: true })
  await setPresence(mia, 'online')
  expect(await by.drain(w.teamspaceId)).toEqual([id])
  expect(await by.rowOf(id)).toMatchObject({ assigneeUserId: mia.id, status: 'open' })
  expect(await waitingIn(w)).toEqual([second.id])
})
