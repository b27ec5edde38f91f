import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import { aWorkspace } from '../harness/workspace.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.close())

test('a chat lives from handoff over transfer, team transfer and takeover to close and a new handoff', async () => {
  const w = await aWorkspace(api)
  const mia = await w.user('Mia')
  const { id } = await w.chat({ text: 'Human please' })
  const on = (path: string) => `/v1/conversations/${id}/${path}`

  const handoff = await w.ava.post(on('handoff'), { reason: 'asked' })
  expect(handoff.status, handoff.text).toBe(200)
  expect(handoff.body.command.outcome).toBe('accepted')
  expect(handoff.body.conversation.assignee.id).toBe(mia.id)
})
