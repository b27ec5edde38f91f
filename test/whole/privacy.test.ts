import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import { historyOf } from '../harness/history.ts'
import { aWorkspace, expectStatus } from '../harness/workspace.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.close())

test('no text, note, reason, name or token reaches the engine', async () => {
  const w = await aWorkspace(api)
  const mia = await w.user('Secret Mia')
  const noor = await w.user('Secret Noor')
  const { id } = await w.chat({ text: 'Secret opening' })
  const at = (path: string) => `/v1/conversations/${id}/${path}`
  expectStatus(await w.channel.post(at('handoff'), { reason: 'Secret reason' }), 200)
  const holder = (await w.channel.get(`/v1/conversations/${id}`)).body.assignee.id
  const [first, second] = holder === mia.id ? [mia, noor] : [noor, mia]
  expectStatus(await first.post(at('transfer'), { userId: second.id, note: 'Secret note' }), 200)
  expectStatus(await w.admin.post(at('takeover'), { message: { text: 'Secret reply' } }), 200)
  expectStatus(await w.admin.post(at('close'), { note: 'Secret closing' }), 200)

  const decoded = JSON.stringify(await historyOf(api, id), (key, value) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString() : value,
  )
  expect(decoded).toContain(second.id)
  expect(decoded).not.toMatch(/secret|bt_user|bt_key|player-1/i)
  const { memo, searchAttributes } = await api.temporal.workflow
    .getHandle(`conversation/${id}`)
    .describe()
  expect(JSON.stringify([memo, searchAttributes])).not.toMatch(/secret/i)
})
