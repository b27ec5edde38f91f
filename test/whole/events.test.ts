import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { events } from '../../db/schema.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { aWorkspace, expectStatus, type Workspace } from '../harness/workspace.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.close())

function eventsOf(w: Workspace) {
  const { db } = api.database.client
  return db.select().from(events).where(eq(events.workspaceId, w.id)).orderBy(asc(events.position))
}

test('the events of a chat come in order: created, assigned, message, closed and returned to the AI agent', async () => {
  const w = await aWorkspace(api)
  const mia = await w.user('Mia')
  const { id } = await w.chat({ text: 'Hello' })
  const at = (path: string) => `/v1/conversations/${id}/${path}`
  expectStatus(await w.channel.post(at('handoff'), {}), 200)
  expectStatus(await mia.post(at('messages'), { text: 'Hi' }), 201)
  expectStatus(await mia.post(at('handoff'), {}), 403)
  expectStatus(await mia.post(at('transfer'), { userId: mia.id }), 422)
  expectStatus(await mia.post(at('close'), { note: 'Solved' }), 200)

  const told = (await eventsOf(w)).filter((event) => event.conversationId === id)
  expect(told.map((event) => event.type)).toEqual([
    'conversation.created',
    'conversation.assigned',
    'message.created',
    'conversation.assigned',
    'message.created',
    'command.refused',
    'conversation.assigned',
    'conversation.status_changed',
    'conversation.closed',
    'conversation.returned_to_ai',
  ])
  expect(told.at(-1)?.data).toMatchObject({
    aiAgentId: w.ava.id,
    held: [{ assignee: { type: 'user', id: mia.id } }],
    messages: 1,
    note: 'Solved',
  })
  expect(told.at(-1)).toMatchObject({
    before: { holder: { id: mia.id } },
    after: { holder: { id: w.ava.id } },
  })
})

test('positions are commit order without gaps, however many commit at once', async () => {
  const w = await aWorkspace(api)
  const chats = await Promise.all(Array.from({ length: 20 }, () => w.chat({ text: 'Hello' })))
  await Promise.all(
    chats.map(({ id }) =>
      w.channel.post(`/v1/conversations/${id}/messages`, { text: 'More', from: 'player' }),
    ),
  )
  const positions = (await eventsOf(w)).map((event) => event.position)
  expect(positions).toEqual(positions.map((_, index) => index + 1))
  expect(positions.length).toBeGreaterThanOrEqual(80)
})
