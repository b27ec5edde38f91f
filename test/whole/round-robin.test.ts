import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningWorker } from '../../bin/run/worker.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { handOff, holderOf, setAssignment, setPresence } from '../harness/queueing.ts'
import { aTeam } from '../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let worker: RunningWorker
beforeAll(async () => {
  api = await testApi({ worker: false })
  worker = await api.startWorker()
})
afterAll(async () => {
  await worker.stop()
  await api.close()
})

/** Cleo came online first, then Abe, then Bea, which is not the order in which they were made. */
async function threeOnline() {
  const w = await aWorkspace(api)
  await setAssignment(w, { method: 'round_robin' })
  const [abe, bea, cleo] = [await aUser(w, 'Abe'), await aUser(w, 'Bea'), await aUser(w, 'Cleo')]
  for (const one of [cleo, abe, bea]) await setPresence(one, 'online')
  return { w, abe, bea, cleo }
}

const aUser = (w: Workspace, name: string) => w.user(name, { online: false })

/** Hands off so many chats, one after the other; the names of those picked. */
async function picks(w: Workspace, count: number, bot: Person = w.ava): Promise<string[]> {
  const names: string[] = []
  for (let n = 0; n < count; n++) {
    const { id } = await w.chat({ aiAgentId: bot.id })
    expect(await handOff(w, id)).toBe('accepted')
    names.push((await holderOf(w, id)).name)
  }
  return names
}

test('everyone is picked, in the order in which they came online', async () => {
  const { w } = await threeOnline()
  expect(await picks(w, 5)).toEqual(['Cleo', 'Abe', 'Bea', 'Cleo', 'Abe'])
})

test('the place outlives the worker', async () => {
  const { w } = await threeOnline()
  expect(await picks(w, 2)).toEqual(['Cleo', 'Abe'])
  await worker.stop()
  worker = await api.startWorker()
  expect(await picks(w, 2)).toEqual(['Bea', 'Cleo'])
})

test('who sets themselves online again keeps their place, who was away comes last', async () => {
  const { w, abe, cleo } = await threeOnline()
  await setPresence(cleo, 'online')
  expect(await picks(w, 1)).toEqual(['Cleo'])
  await setPresence(abe, 'away')
  await setPresence(abe, 'online')
  expect(await picks(w, 3)).toEqual(['Bea', 'Abe', 'Cleo'])
})

test('who is away is passed over for the next in the order', async () => {
  const { w, abe } = await threeOnline()
  expect(await picks(w, 1)).toEqual(['Cleo'])
  await setPresence(abe, 'away')
  expect(await picks(w, 3)).toEqual(['Bea', 'Cleo', 'Bea'])
})

test('each pool has a place of its own', async () => {
  const { w, bea } = await threeOnline()
  const team = await aTeam(w, 'Two')
  await w.user('Dora', { teams: [team] })
  await w.admin.put(`/v1/teams/${team.id}/members/${bea.id}`)
  const bot = await w.bot('For two', { target: { type: 'teams', teamIds: [team.id] } })
  expect(await picks(w, 1)).toEqual(['Cleo'])
  expect(await picks(w, 3, bot)).toEqual(['Bea', 'Dora', 'Bea'])
  expect(await picks(w, 1)).toEqual(['Abe'])
})

test('handoffs at once give everyone the same share', async () => {
  const { w } = await threeOnline()
  const chats = await Promise.all(Array.from({ length: 9 }, () => w.chat()))
  await Promise.all(chats.map(({ id }) => handOff(w, id)))
  const holders = await Promise.all(chats.map(async ({ id }) => (await holderOf(w, id)).name))
  expect(holders.toSorted()).toEqual(['Abe', 'Bea', 'Cleo'].flatMap((name) => [name, name, name]))
})
