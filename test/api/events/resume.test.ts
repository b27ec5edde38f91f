import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdEvents, untilBlocked } from '../../crash/holding.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aChat } from '../../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../../harness/workspace.ts'
import { happens, idsOf, listed, type Served, served } from './following.ts'

let api: TestApi
let server: Served
beforeAll(async () => {
  api = await testApi({ worker: false })
  server = await served(api)
})
afterAll(async () => {
  await server.close()
  await api.close()
})

/** Several writers at once, each with one transaction after the other, until so much has happened. */
async function muchHappens(w: Workspace, times: number) {
  let happened = 0
  const writer = async () => {
    while (happened++ < times) await happens(api, w.id, 1)
  }
  await Promise.all([writer(), writer(), writer(), writer()])
}

test('a stream cut again and again tells what the list tells, each once, in order', async () => {
  const w = await aWorkspace(api)
  const ids: string[] = []
  let cuts = 0
  async function readThenCut(events: number) {
    const stream = await server.follow(w.channel, '?after=0', { 'last-event-id': ids.at(-1) ?? '' })
    await stream.told(events)
    await stream.cut()
    ids.push(...idsOf(stream.events))
    cuts++
  }
  const writing = muchHappens(w, 220)
  while (ids.length < 200) await readThenCut(1 + Math.floor(Math.random() * 20))
  await writing
  await readThenCut((await listed(w.channel)).length - ids.length)
  expect(ids).toEqual(idsOf(await listed(w.channel)))
  expect(ids).toEqual(ids.map((_, index) => String(index + 1)))
  expect(ids).toHaveLength(220)
  expect(cuts).toBeGreaterThan(5)
})

test('many readers at once, from everywhere, are told the same', async () => {
  const w = await aWorkspace(api)
  await happens(api, w.id, 500)
  const after = Array.from({ length: 25 }, (_, index) => index * 20)
  const streams = await Promise.all(after.map((id) => server.follow(w.admin, `?after=${id}`)))
  await happens(api, w.id, 300)
  for (const [index, stream] of streams.entries()) {
    const expected = Array.from({ length: 800 }, (_, id) => String(id + 1)).slice(after[index])
    expect(await stream.told({ id: '800' })).toEqual(expected)
    await stream.cut()
  }
})

test('a late commit is neither skipped nor told early', async () => {
  const w = await aWorkspace(api)
  const chat = await aChat(w)
  const stream = await server.follow(w.channel)
  const hold = await holdEvents(api.database.client.db, w.id)
  const says = (text: string) => chat.does(w.channel, 'messages', { text, from: 'player' })
  const said = [says('One'), says('Two')]
  await untilBlocked(api.database.client.db, 2)
  expect(stream.events).toEqual([])
  await hold.release()
  await Promise.all(said)
  await stream.told(2)
  const texts = stream.events.map((event) => event.data.text)
  expect(texts.toSorted()).toEqual(['One', 'Two'])
  expect(stream.events).toEqual((await listed(w.channel)).slice(-2))
  await stream.cut()
})

test('without a position the stream begins now, and says so at once', async () => {
  const w = await aWorkspace(api)
  await happens(api, w.id, 3)
  const stream = await server.follow(w.admin)
  expect(stream.response.status).toBe(200)
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream')
  await happens(api, w.id, 1)
  expect(await stream.told(1)).toEqual(['4'])
  expect(stream.comments).toEqual(['open'])
  await stream.cut()
})

test('the list begins at the oldest and goes on where it ended', async () => {
  const w = await aWorkspace(api)
  await happens(api, w.id, 7)
  expect(idsOf(await listed(w.admin, { limit: '3' }))).toEqual(['1', '2', '3', '4', '5', '6', '7'])
  expect(idsOf(await listed(w.admin, { after: '5' }))).toEqual(['6', '7'])
  expect(await listed(w.admin, { after: '7' })).toEqual([])
})
