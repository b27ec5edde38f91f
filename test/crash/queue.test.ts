import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type OwnService, ownService, type PartName } from '../harness/processes.ts'
import {
  chatsOf,
  handOff,
  servedIn,
  setAssignment,
  setPresence,
  waitingIn,
} from '../harness/queueing.ts'
import { aWorkspace, type Person, type Workspace } from '../harness/workspace.ts'
import { holdConversation, soon } from './holding.ts'
import { expectInvariants } from './invariants.ts'

const CAP = 4
const range = (count: number) => Array.from({ length: count }, (_, index) => index)

let service: OwnService
beforeAll(async () => {
  service = await ownService()
  await Promise.all([service.anotherWorker(), service.anotherWorker()])
}, 90_000)
afterAll(() => service?.close())
afterEach(() => expectInvariants(service.db))

/** Agents who hold `CAP` chats at most. */
async function aPool(agents: number, { online }: { online: boolean }) {
  const w = await aWorkspace(service.forWorkspaces)
  await setAssignment(w, { maxChatsPerAgent: CAP })
  const people = await Promise.all(range(agents).map((n) => w.user(`Agent ${n}`, { online })))
  return { w, people }
}

/** Hands off so many chats at once; how many wait then. */
async function handOffAtOnce(w: Workspace, count: number): Promise<number> {
  const chats = await Promise.all(range(count).map(() => w.chat()))
  const outcomes = await Promise.all(chats.map(({ id }) => handOff(w, id)))
  return outcomes.filter((outcome) => outcome === 'queued').length
}

/** What was assigned out of the queue so far: offers made at once are settled in any order. */
const servedOf = async (w: Workspace) => (await servedIn(service.db, w)).sort()

const allCome = (people: Person[]) => Promise.all(people.map((one) => setPresence(one, 'online')))

test('three workers that serve handoffs at once fill every slot, pass no cap, and then serve those that came first', async () => {
  const { w, people } = await aPool(3, { online: true })
  expect(await handOffAtOnce(w, 20)).toBe(8)
  expect(await chatsOf(w, people)).toEqual([CAP, CAP, CAP])
  const waiting = await waitingIn(w)
  await setAssignment(w, { maxChatsPerAgent: CAP + 2 })
  await soon(async () => (await waitingIn(w)).length === 2, 'six are served')
  expect(await servedOf(w)).toEqual(waiting.slice(0, 6).sort())
  expect(await chatsOf(w, people)).toEqual([CAP + 2, CAP + 2, CAP + 2])
}, 40_000)

const victims: PartName[] = ['worker', 'api', 'temporal', 'postgres']

test.each(victims)(
  'a queue whose %s is killed while it drains serves all there is room for, those that came first',
  async (victim) => {
    const { w, people } = await aPool(5, { online: false })
    expect(await handOffAtOnce(w, 24)).toBe(24)
    const waiting = await waitingIn(w)
    const fourth = await holdConversation(service.db, waiting[3] as string)
    await allCome(people)
    await fourth.untilMet()
    expect(waiting.slice(0, 20)).toEqual(expect.arrayContaining(await servedOf(w)))
    expect(await servedOf(w)).not.toContain(waiting[3])
    await service.parts[victim].kill()
    await fourth.release()
    await service.parts[victim].start()
    await service.ready()
    await soon(async () => (await waitingIn(w)).length === 4, 'twenty are served', 30_000)
    expect(await servedOf(w)).toEqual(waiting.slice(0, 20).sort())
    expect(await waitingIn(w)).toEqual(waiting.slice(20))
    expect(await chatsOf(w, people)).toEqual(people.map(() => CAP))
  },
  60_000,
)

test('who comes online while Temporal is gone is given what waits when it is back', async () => {
  const { w, people } = await aPool(1, { online: false })
  expect(await handOffAtOnce(w, 1)).toBe(1)
  await service.temporal.kill()
  await allCome(people)
  await service.temporal.start()
  await service.ready()
  await soon(async () => (await waitingIn(w)).length === 0, 'it is served')
  expect(await chatsOf(w, people)).toEqual([1])
}, 40_000)
