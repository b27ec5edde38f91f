import { asyncLocalStorage, type Context } from '@temporalio/activity'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDeliverTo } from '../../../activities/webhooks/deliver.ts'
import type { Sender } from '../../../activities/webhooks/send.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { QUICK } from '../../harness/receiver.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi({ worker: false })
})
afterAll(() => api.close())

const context = { heartbeat() {}, cancellationSignal: new AbortController().signal }

function delivering(openSender: () => Sender) {
  const lines: string[] = []
  const log = pino({ level: 'error' }, { write: (line) => void lines.push(line) })
  const { db } = api.database.client
  const events = { listen: () => () => {}, listenToAll: () => () => {} }
  const deliverTo = createDeliverTo({ db, log, events, openSender, pace: QUICK })
  const run = () => asyncLocalStorage.run(context as unknown as Context, () => deliverTo('whk_1'))
  return { lines, run }
}

test('a bug is logged once, with its place and without data, however often it happens', async () => {
  const { lines, run } = delivering(() => {
    throw new TypeError('Secret')
  })
  for (let times = 0; times < 3; times += 1) await expect(run()).rejects.toThrow('TypeError')
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('deliver.test.ts')
  expect(lines[0]).not.toContain('Secret')
})

test('a database that does not answer is not a bug', async () => {
  const { lines, run } = delivering(() => {
    throw Object.assign(new Error('?'), { code: 'ECONNREFUSED' })
  })
  await expect(run()).rejects.toThrow('ECONNREFUSED')
  expect(lines).toEqual([])
})
