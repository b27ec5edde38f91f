import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import { chatsOf, servedIn, setAssignment, setPresence, waitingIn } from '../harness/queueing.ts'
import { aTeam } from '../harness/scenes.ts'
import { type Settling, settling } from '../harness/settling.ts'
import { aWorkspace } from '../harness/workspace.ts'

let api: TestApi
let by: Settling
beforeAll(async () => {
  api = await testApi({ worker: false })
  by = settling(api)
})
afterAll(() => api.close())

const TEAMS = [0, 1, 2]
const someTeams = fc.subarray(TEAMS, { minLength: 1 })

const scene = fc.record({
  cap: fc.integer({ min: 1, max: 2 }),
  /** The teams of each user; each team has a member, so that no pool is empty. */
  users: fc.array(someTeams, { minLength: 2, maxLength: 4 }),
  /** The teams each chat waits for, in order of arrival. */
  pools: fc.array(someTeams, { minLength: 4, maxLength: 7 }),
})
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never

/** Everybody is away, and each chat waits for its pool. */
async function waiting({ cap, users, pools }: Scene) {
  const w = await aWorkspace(api)
  await setAssignment(w, { maxChatsPerAgent: cap })
  const teams = await Promise.all(TEAMS.map((n) => aTeam(w, `Team ${n}`)))
  const named = (of: number[]) => teams.filter((_, n) => of.includes(n))
  await w.user('Sleeper', { teams, online: false })
  const people = await Promise.all(
    users.map((of, n) => w.user(`User ${n}`, { teams: named(of), online: false })),
  )
  const ids: string[] = []
  for (const pool of pools) {
    const teamIds = named(pool).map(({ id }) => id)
    const bot = await w.bot('Bot', { target: { type: 'teams', teamIds } })
    const { id } = await w.chat({ aiAgentId: bot.id })
    await by.does(id, 'handoff', { type: 'ai_agent', id: bot.id })
    ids.push(id)
  }
  return { w, people, ids }
}

test('whatever the pools, nobody is served in place of somebody who came earlier, and no slot is left', async () => {
  const property = fc.asyncProperty(scene, async (drawn) => {
    const { w, people, ids } = await waiting(drawn)
    await Promise.all(people.map((one) => setPresence(one, 'online')))
    await by.drain(w.teamspaceId)

    const free = people.map(() => drawn.cap)
    const waits = [...ids]
    const couldHave = (id: string) => {
      const pool = drawn.pools[ids.indexOf(id)] ?? []
      return drawn.users.some((of, n) => (free[n] ?? 0) > 0 && of.some((t) => pool.includes(t)))
    }
    for (const id of await servedIn(api.database.client.db, w)) {
      expect(waits.find(couldHave)).toBe(id)
      waits.splice(waits.indexOf(id), 1)
      const { assigneeUserId } = await by.rowOf(id)
      const holder = people.findIndex((one) => one.id === assigneeUserId)
      free[holder] = (free[holder] ?? 0) - 1
    }
    expect(waits.filter(couldHave)).toEqual([])
    expect(await waitingIn(w)).toEqual(waits)
    const held = await chatsOf(w, people)
    expect(held.every((count) => count <= drawn.cap)).toBe(true)
  })
  await fc.assert(property, { numRuns: 6, endOnFailure: true })
}, 40_000)
