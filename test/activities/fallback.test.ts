import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import { setPresence } from '../harness/queueing.ts'
import { aTeam } from '../harness/scenes.ts'
import { type Settling, settling } from '../harness/settling.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let by: Settling
let w: Workspace
let any: Person
beforeAll(async () => {
  api = await testApi({ worker: false })
  by = settling(api)
})
afterAll(() => api.close())
beforeEach(async () => {
  w = await aWorkspace(api)
  any = await w.user('Any')
})

/** The outcome and the decision of a handoff to these teams. */
async function handedOffTo(teams: { id: string }[], more: { checkAvailability?: boolean } = {}) {
  const target = { type: 'teams', teamIds: teams.map(({ id }) => id) }
  const bot = await w.bot('Bot', { target, ...more })
  const { id } = await w.chat({ aiAgentId: bot.id })
  const { outcome } = await by.does(id, 'handoff', { type: 'ai_agent', id: bot.id })
  const { items } = (await w.channel.get(`/v1/conversations/${id}/assignments`)).body
  return { outcome, decision: items.at(-1).decision, teamId: items.at(-1).teamId }
}

async function aTeamElsewhere() {
  const elsewhere = await w.create('/v1/teamspaces', { name: 'Elsewhere' })
  const team = await aTeam(w, 'Elsewhere', [elsewhere.id])
  await w.user('Stranger', { teams: [team] })
  return team
}

async function aDesertedTeam() {
  const team = await aTeam(w, 'Deserted')
  const { id } = await w.user('Gone', { teams: [team] })
  expectStatus(await w.admin.patch(`/v1/users/${id}`, { active: false }), 200)
  return team
}

const empty: Record<string, () => Promise<{ id: string }>> = {
  'a team without members': () => aTeam(w, 'Empty'),
  'a team without a teamspace': () => aTeam(w, 'Unlinked', []),
  'a team of another teamspace': aTeamElsewhere,
  'a team whose members were deactivated': aDesertedTeam,
}

test.each(Object.entries(empty))(
  '%s stands for anyone, and the decision says so',
  async (_, of) => {
    const { outcome, decision, teamId } = await handedOffTo([await of()])
    expect(outcome).toBe('accepted')
    expect(decision).toMatchObject({ picked: any.id, fallback: 'anyone' })
    expect(teamId).toBe(w.support.id)
  },
)

test('when one of two teams is empty, the other one serves, and nobody else', async () => {
  const [first, second] = [await aTeam(w, 'Empty'), await aTeam(w, 'Small')]
  const sam = await w.user('Sam', { teams: [second] })
  const { decision, teamId } = await handedOffTo([first, second])
  expect(decision).toMatchObject({ picked: sam.id, excluded: [] })
  expect(decision).not.toHaveProperty('fallback')
  expect(teamId).toBe(second.id)
})

test('a team whose members are away is not empty: conversations for it wait', async () => {
  const team = await aTeam(w, 'Away')
  await w.user('Abe', { teams: [team], online: false })
  const { outcome, decision } = await handedOffTo([team])
  expect(outcome).toBe('queued')
  expect(decision).not.toHaveProperty('fallback')
})

test('an empty team is available when anyone in the teamspace is', async () => {
  const team = await aTeam(w, 'Empty')
  const checked = { checkAvailability: true }
  expect((await handedOffTo([team], checked)).decision.picked).toBe(any.id)
  await setPresence(any, 'away')
  await expect(handedOffTo([team], checked)).rejects.toThrow('no_agent_available')
})

test('when nobody serves in the teamspace it waits for the first who comes', async () => {
  await w.admin.delete(`/v1/teams/${w.support.id}/members/${any.id}`)
  const { outcome, decision } = await handedOffTo([await aTeam(w, 'Empty')])
  expect(outcome).toBe('queued')
  expect(decision).toMatchObject({ candidates: [], excluded: [], fallback: 'anyone' })
  const first = await w.user('First', { teams: [w.billing] })
  const [waiting] = await by.drain(w.teamspaceId)
  expect(await by.rowOf(waiting as string)).toMatchObject({ assigneeUserId: first.id })
})
