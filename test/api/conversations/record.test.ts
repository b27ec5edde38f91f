import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aChat, aLivechat } from '../../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
let noor: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  mia = await w.user('Mia')
  noor = await w.user('Noor', { online: false, teams: [w.billing] })
})
afterAll(() => api.close())

type Row = Record<string, unknown>
const pick = (rows: Row[], ...members: string[]) =>
  rows.map((row) => members.map((member) => row[member]))

test('the record tells a chat’s whole life, numbered without gaps', async () => {
  const chat = await aChat(w)
  await chat.does(w.ava, 'handoff')
  await chat.does(mia, 'transfer', { userId: noor.id, note: 'Yours' })
  await chat.does(w.admin, 'takeover', { message: { text: 'Hello' } })
  await chat.does(w.admin, 'team-transfer', { teamId: w.billing.id })
  await chat.does(w.channel, 'messages', { text: 'Hello?', from: 'player' })
  await chat.does(noor, 'takeover')
  await chat.does(noor, 'status', { status: 'overdue' })
  await chat.does(noor, 'close', { note: 'Done' })
  const rows = await chat.assignments()
  const ai = { type: 'ai_agent', id: w.ava.id }
  const [m, n, a] = [mia, noor, w.admin].map(({ id }) => ({ type: 'user', id }))
  expect(pick(rows, 'number', 'cause', 'from', 'to')).toEqual([
    [1, 'created', null, ai],
    [2, 'handoff', ai, m],
    [3, 'transfer', m, n],
    [4, 'takeover', n, a],
    [5, 'team_transfer', a, null],
    [6, 'takeover', null, n],
    [7, 'close', n, ai],
  ])
  const notes = rows.filter((row: Row) => 'note' in row)
  expect(pick(notes, 'number', 'note')).toEqual([
    [3, 'Yours'],
    [7, 'Done'],
  ])
  expect(pick(rows, 'actor').flat()).toMatchObject([{ type: 'api_key' }, ai, m, a, a, n, n])
  expect(await chat.now()).toMatchObject({ epoch: 7, version: 8 })
})

test('each change of Assignee belongs to a command of the list, which has the refused ones too', async () => {
  const chat = await aLivechat(w, mia)
  await chat.by(w.admin, 'close')
  await chat.by(w.admin, 'messages', { text: 'Hello' })
  await chat.does(mia, 'transfer', { userId: noor.id })
  await chat.does(noor, 'status', { status: 'resolved' })
  await chat.does(w.channel, 'messages', { text: 'One more', from: 'player' })
  const commands = await chat.commands()
  expect(pick(commands, 'kind', 'outcome', 'code')).toEqual([
    ['handoff', 'accepted', undefined],
    ['close', 'refused', 'not_assignee'],
    ['reply', 'refused', 'not_assignee'],
    ['transfer', 'accepted', undefined],
    ['status', 'accepted', undefined],
  ])
  for (const one of commands) {
    expect(one).toMatchObject({ conversationId: chat.id, settledAt: expect.any(String) })
    expect(one).not.toHaveProperty('answer')
  }
  const [created, ...rows] = await chat.assignments()
  expect(created.commandId).toBeNull()
  expect(pick(rows, 'commandId').flat()).toEqual([commands[0].id, commands[3].id])
})

test('whoever sees the conversation reads its record', async () => {
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'messages', { text: 'Hello' })
  for (const what of ['assignments', 'commands', 'messages'] as const) {
    const [all, mias] = [await chat[what](), await chat[what](mia)]
    expect(all.length).toBeGreaterThan(0)
    expect(mias).toEqual(all)
  }
  expect((await api.root.get(`${chat.path}/assignments`)).status).toBe(403)
})

test('the texts and notes of a conversation are in PostgreSQL only', async () => {
  const chat = await aLivechat(w, mia)
  const secret = 'xyzzy-4711'
  await chat.does(mia, 'transfer', { userId: noor.id, note: `note ${secret}` })
  await chat.does(w.admin, 'takeover', { message: { text: `text ${secret}` } })
  await chat.does(w.admin, 'close', { note: `closing ${secret}` })
  const handle = api.temporal.workflow.getHandle(`conversation/${chat.id}`)
  const history = Buffer.from(JSON.stringify(await handle.fetchHistory())).toString()
  const decoded = [...history.matchAll(/"data":"([^"]+)"/g)].map(([, data]) =>
    Buffer.from(data as string, 'base64').toString(),
  )
  expect(decoded.join()).toContain(chat.id)
  expect(decoded.join() + history).not.toContain(secret)
  for (const name of ['Mia', 'Noor', 'Pat']) expect(decoded.join()).not.toContain(`"${name}"`)
})
