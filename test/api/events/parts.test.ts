import { afterAll, beforeAll, expect, test } from 'vitest'
import { listEvents } from '../../../db/events/list.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aWorkspace } from '../../harness/workspace.ts'
import { happens } from './following.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi({ worker: false })
})
afterAll(() => api.close())

/** Texts that compress well look small by their stored size. */
const random = (length: number) =>
  Array.from({ length }, () => Math.random().toString(36).at(-1)).join('')
const texts: [what: string, text: string][] = [
  ['compress', 'x'.repeat(10_000)],
  ['do not compress', random(10_000)],
]

test.each(texts)('a part has no more bytes than asked for when texts %s', async (_what, text) => {
  const w = await aWorkspace(api)
  const { db } = api.database.client
  await happens(api, w.id, 20, text)
  const positions: number[] = []
  let parts = 0
  for (let after = 0; after < 20; parts++) {
    const part = await listEvents(db, w.id, after, { limit: 15, bytes: 35_000 })
    expect(part).toMatchObject({ newest: 20, oldest: 1, upTo: part.rows.at(-1)?.position })
    positions.push(...part.rows.map((row) => row.position))
    after = part.upTo
  }
  expect(positions).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  expect(parts).toBe(5)
})

test('one event is read however large it is, and filters count before sizes', async () => {
  const w = await aWorkspace(api)
  const { db } = api.database.client
  await happens(api, w.id, 2, 'x'.repeat(1_000))
  const most = { limit: 100, bytes: 1 }
  const { rows, upTo } = await listEvents(db, w.id, 0, most)
  expect([rows.length, upTo]).toEqual([1, 1])
  const others = await listEvents(db, w.id, 0, { ...most, types: ['message.created'] })
  expect([others.rows, others.upTo]).toEqual([[], 2])
})
