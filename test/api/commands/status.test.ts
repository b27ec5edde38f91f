import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import {
  aChat,
  aLivechat,
  aQueuedChat,
  aSleepingTeam,
  aTicket,
  told,
} from '../../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api, { plan: 'free' })
  mia = await w.user('Mia', { online: false })
})
afterAll(() => api.close())

test.each(['chat', 'ticket'])('the Assignee of a %s sets its status by hand', async (kind) => {
  const held = await (kind === 'chat' ? aLivechat(w, mia) : aTicket(w, mia))
  const { epoch, version } = await held.now()
  let changes = 0
  for (const status of ['pending', 'overdue', 'resolved', 'open']) {
    const body = await held.does(mia, 'status', { status })
    changes += 1
    expect(body).toMatchObject({
      command: { kind: 'status', outcome: 'accepted' },
      conversation: { status, epoch, version: version + changes, assignee: { id: mia.id } },
    })
    expect(body).not.toHaveProperty('assignment')
    expect(body.conversation.updatedAt).toEqual((await held.now()).updatedAt)
  }
  expect(await held.assignments()).toHaveLength(epoch)
})

test('setting the status that it has is a quiet success', async () => {
  const ticket = await aTicket(w, mia)
  const before = await ticket.now(mia)
  const body = await ticket.does(mia, 'status', { status: 'open' })
  expect(body.command.outcome).toBe('accepted')
  expect(body.conversation).toEqual(before)
})

test('closed is set by close alone', async () => {
  const ticket = await aTicket(w, mia)
  const refused = await ticket.by(mia, 'status', { status: 'closed' })
  expect(told(refused)).toMatchObject({ code: 'invalid_request', errors: [{ path: 'status' }] })
})

test('only the user who holds it sets its status', async () => {
  const held = await aLivechat(w, mia)
  expect(told(await held.by(w.admin, 'status', { status: 'resolved' }))).toEqual({
    status: 409,
    code: 'not_assignee',
    assignee: { type: 'user', id: mia.id, name: 'Mia' },
    epoch: 2,
  })
  const ai = await aChat(w)
  expect(told(await ai.by(w.admin, 'status', { status: 'resolved' }))).toMatchObject({
    code: 'not_assignee',
    assignee: { id: w.ava.id },
  })
  const queued = await aQueuedChat(w, await aSleepingTeam(w))
  expect(told(await queued.by(w.admin, 'status', { status: 'open' }))).toMatchObject({
    code: 'not_assignee',
    assignee: null,
  })
})
