import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Offer } from '../../domain/chat-assignment/offers.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { chatsOf, setAssignment, setPresence, waitingIn } from '../harness/queueing.ts'
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
const MOST_CHATS = 7
const someTeams = fc.subarray(TEAMS, { minLength: 1 })

const scene = fc.record({
  cap: fc.integer({ min: 1, max: 2 }),
  /** The teams of each user; each team has a member, so that no pool is empty. */
  users: fc.array(someTeams, { minLength: 2, maxLength: 4 }),
  /** The teams each chat waits for, in order of arrival. */
  pools: fc.array(someTeams, { minLength: 4, maxLength: MOST_CHATS }),
  /** The chats in the order in which offers made at once are settled. */
  order: fc.shuffledSubarray([...Array(MOST_CHATS).keys()], { minLength: MOST_CHATS }),
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

/** What came of a scene once everybody is there and all offers are settled: the user who holds each chat, or -1. */
async function drained(drawn: Scene) {
  const { w, people, ids } = await waiting(drawn)
  await Promise.all(people.map((one) => setPresence(one, 'online')))
  const place = (offer: Offer) => drawn.order.indexOf(ids.indexOf(offer.conversationId))
  await by.drain(w.teamspaceId, (offers) => offers.sort((a, b) => place(a) - place(b)))
  const rows = await Promise.all(ids.map(by.rowOf))
  const holders = rows.map((row) => people.findIndex((one) => one.id === row.assigneeUserId))
  const could = (user: number, chat: number) =>
    drawn.users[user]?.some((team) => drawn.pools[chat]?.includes(team))
  const held = await chatsOf(w, people)
  const waits = ids.flatMap((id, chat) => (holders[chat] === -1 ? [{ id, chat }] : []))
  return { w, held, holders, waits, could }
}

test('whatever the pools and in whatever order offers are settled, nobody is served in place of somebody who came earlier, and no slot is left', async () => {
  const property = fc.asyncProperty(scene, async (drawn) => {
    const { w, held, holders, waits, could } = await drained(drawn)
    for (const { chat } of waits) {
      const later = holders.slice(chat + 1).filter((user) => user !== -1)
      expect(later.filter((user) => could(user, chat))).toEqual([])
      expect(held.filter((count, user) => count < drawn.cap && could(user, chat))).toEqual([])
    }
    expect(await waitingIn(w)).toEqual(waits.map(({ id }) => id))
    expect(held.every((count) => count <= drawn.cap)).toBe(true)
  })
  await fc.assert(property, { numRuns: 8, endOnFailure: true })
}, 40_000)
