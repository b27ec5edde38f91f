import { afterAll, beforeAll, expect, test } from 'vitest'
import { aLivechat, aQueuedChat, aSleepingTeam, type Talk } from '../harness/scenes.ts'
import { expectStatus, type Person } from '../harness/workspace.ts'
import { type Counting, costOf, counting } from './counting.ts'

let c: Counting
let mia: Person
let chat: Talk
beforeAll(async () => {
  c = await counting()
  mia = await c.w.user('Mia', { roleId: c.roleId })
  chat = await aLivechat(c.w, mia)
})
afterAll(() => c.api.close())

test('a reply costs at most 6 statements', async () => {
  const cost = await costOf(
    c,
    async () => chat,
    () => chat.by(mia, 'messages', { text: 'Hello' }),
    201,
  )
  expect(cost.statements).toBeLessThanOrEqual(6)
})

test("a player's message to an open conversation costs at most 6", async () => {
  const cost = await costOf(
    c,
    async () => chat,
    () => chat.by(c.w.channel, 'messages', { from: 'player', text: 'Hello' }),
    201,
  )
  expect(cost.statements).toBeLessThanOrEqual(6)
})

test('to read a conversation or its messages costs at most 2, also of one that waits', async () => {
  const queued = await aQueuedChat(c.w, await aSleepingTeam(c.w))
  expectStatus(await chat.by(c.w.channel, 'messages', { from: 'player', text: 'Hello' }), 201)
  for (const path of [chat.path, queued.path, `${chat.path}/messages`]) {
    const cost = await costOf(
      c,
      async () => path,
      () => mia.get(path),
    )
    expect(cost.statements).toBeLessThanOrEqual(2)
  }
})

test('a list asks the same few texts for fifty as for one, also of what waits', async () => {
  const asleep = await aSleepingTeam(c.w)
  for (let n = 0; n < 5; n += 1) await aQueuedChat(c.w, asleep)
  const listing = (limit: number) =>
    costOf(
      c,
      async () => limit,
      () => mia.get(`/v1/conversations?queued=true&limit=${limit}`),
    )
  const [few, many] = [await listing(1), await listing(50)]
  expect(many.texts).toEqual(few.texts)
})
