import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import { historyOf, kindOf } from '../harness/history.ts'
import { aWorkspace, expectStatus, type Workspace } from '../harness/workspace.ts'

const FIVE = [
  'workflowExecutionSignaled',
  'workflowTaskScheduled',
  'workflowTaskStarted',
  'workflowTaskCompleted',
  'markerRecorded',
]
const ONE_MORE = 'upsertWorkflowSearchAttributes'

let api: TestApi
let w: Workspace
let id: string

beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  await w.user('Mia')
  id = (await w.chat()).id
  expectStatus(await w.channel.post(`/v1/conversations/${id}/handoff`, {}), 200)
})
afterAll(() => api.close())

/** What one more command adds to the conversation's history. */
async function added(command: () => Promise<unknown>): Promise<string[]> {
  const before = (await historyOf(api, id)).events?.length
  await command()
  return ((await historyOf(api, id)).events ?? []).slice(before).map(kindOf)
}

test('a refused command costs five events of history', async () => {
  const events = await added(() => w.channel.post(`/v1/conversations/${id}/handoff`, {}))
  expect(events).toEqual(FIVE)
})

test('a change of Assignee costs five, too', async () => {
  const events = await added(() =>
    w.admin.post(`/v1/conversations/${id}/takeover`, { message: { text: 'Mine' } }),
  )
  expect(events).toEqual(FIVE)
})

test('a change of status costs one more, which operators filter by', async () => {
  const events = await added(() =>
    w.admin.post(`/v1/conversations/${id}/status`, { status: 'overdue' }),
  )
  expect(events).toEqual([...FIVE, ONE_MORE])
})
