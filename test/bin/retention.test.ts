import { afterAll, beforeAll, expect, test } from 'vitest'
import { retentionId, scheduleRetention } from '../../bin/run/retention.ts'
import { type TestApi, testApi } from '../harness/api.ts'

const PATIENCE = { timeout: 15_000 }

let api: TestApi
beforeAll(async () => {
  api = await testApi({ worker: false })
})
afterAll(() => api.close())

const schedule = () => api.temporal.schedule.getHandle(retentionId(api.taskQueue))

test('workers that start at once have retention run once every night', async () => {
  const workers = await Promise.all([1, 2, 3].map(() => api.startWorker()))
  await expect
    .poll(() => schedule().describe(), PATIENCE)
    .toMatchObject({
      spec: { calendars: [{ hour: [{ start: 3, end: 3 }] }] },
      action: { workflowType: 'retention', taskQueue: api.taskQueue, args: [90] },
      policies: { overlap: 'SKIP' },
      state: { paused: false },
    })
  await Promise.all(workers.map((worker) => worker.stop()))
})

test('a paused schedule stays paused, with the number of days of the last start', async () => {
  await scheduleRetention(api.temporal, api.taskQueue, 90)
  await schedule().pause('Audit')
  // A pause is a signal, which takes a moment to come through.
  await expect
    .poll(() => schedule().describe(), PATIENCE)
    .toMatchObject({ state: { paused: true } })
  await scheduleRetention(api.temporal, api.taskQueue, 30)
  await expect
    .poll(() => schedule().describe(), PATIENCE)
    .toMatchObject({ action: { args: [30] }, state: { paused: true, note: 'Audit' } })
})
