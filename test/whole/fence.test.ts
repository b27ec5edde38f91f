import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import { aChat } from '../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../harness/workspace.ts'

const ROUNDS = 200
const AT_ONCE = 8

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
})
afterAll(() => api.close())

/** The AI agent's reply and a takeover at the same time; whether the reply was sent. */
async function round(): Promise<boolean> {
  const chat = await aChat(w)
  const message = { text: 'Let me' }
  const [reply, takeover] = await Promise.all([
    chat.by(w.ava, 'messages', { text: 'I think', expectedEpoch: 1 }),
    chat.by(w.admin, 'takeover', { message }, { prefer: 'wait=30' }),
  ])
  expect(takeover.status, takeover.text).toBe(200)
  const said = (await chat.messages()).map((one: { text: string }) => one.text)
  if (reply.status === 201) {
    expect(said).toEqual(['I think', 'Let me'])
    return true
  }
  expect(reply).toMatchObject({
    status: 409,
    body: { code: 'assignee_changed', assignee: { id: w.admin.id }, epoch: 2 },
  })
  expect(said).toEqual(['Let me'])
  return false
}

test('an AI agent’s reply comes before a takeover or not at all, two hundred times', {
  timeout: 60_000,
}, async () => {
  const sent: boolean[] = []
  let left = ROUNDS
  const rounds = async () => {
    while (left-- > 0) sent.push(await round())
  }
  await Promise.all(Array.from({ length: AT_ONCE }, rounds))
  expect(sent).toHaveLength(ROUNDS)
  expect(sent).toContain(true)
})

test('a reply that was written under another epoch is refused, however often it is sent', async () => {
  const chat = await aChat(w)
  await chat.does(w.admin, 'takeover', { message: { text: 'Mine' } })
  await chat.does(w.admin, 'close')
  const late = await chat.by(w.ava, 'messages', { text: 'Late', expectedEpoch: 1 })
  expect(late).toMatchObject({ status: 409, body: { code: 'assignee_changed', epoch: 3 } })
  expect((await chat.by(w.ava, 'messages', { text: 'Again', expectedEpoch: 3 })).status).toBe(201)
})
