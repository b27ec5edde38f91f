import { afterAll, beforeAll, expect, test } from 'vitest'
import { beginShiftChange } from '../../../db/shift-changes.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aLivechat, aSleepingTeam, aTeam, aTicket, type Talk } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'
import { changeShift, untilEnded } from './begun.ts'

let api: TestApi
let w: Workspace
let mia: Person
let noor: Person
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.close())

async function aShift(): Promise<[Talk, Talk, Talk]> {
  w = await aWorkspace(api)
  mia = await w.user('Mia')
  noor = await w.user('Noor')
  return [await aLivechat(w, mia), await aLivechat(w, mia), await aTicket(w, mia)]
}

const presenceOf = async ({ id }: Person) => (await w.admin.get(`/v1/users/${id}`)).body.presence

test('everything a user holds goes to another, one transfer each, and they are away', async () => {
  const held = await aShift()
  const begun = await changeShift(mia, 'me', { to: { userId: noor.id }, note: 'Good night' })
  expect(begun).toMatchObject({ userId: mia.id, startedBy: mia.id, total: 3, refused: [] })
  const ended = await untilEnded(mia, begun.id)
  expect(ended).toMatchObject({ state: 'finished', total: 3, done: 3, refused: [] })
  for (const talk of held) {
    expect((await talk.now()).assignee.id).toBe(noor.id)
    const transfers = (await talk.assignments()).filter(
      (row: { cause: string }) => row.cause === 'transfer',
    )
    expect(transfers).toMatchObject([{ actor: { id: mia.id }, note: 'Good night' }])
  }
  expect(await presenceOf(mia)).toBe('away')
})

test('an admin does it for them: the admin is on record, and both are told', async () => {
  const [chat] = await aShift()
  const { id } = await changeShift(w.admin, mia.id, { to: { userId: noor.id }, note: 'Ill' })
  await untilEnded(w.admin, id)
  expect((await chat.assignments()).at(-1)).toMatchObject({
    cause: 'transfer',
    actor: { type: 'user', id: w.admin.id },
    from: { id: mia.id },
    to: { id: noor.id },
  })
  const told = async (who: Person) => (await who.get('/v1/notifications')).body.items
  expect(await told(mia)).toContainEqual(
    expect.objectContaining({ kind: 'transferred_away', conversationId: chat.id }),
  )
  expect(await told(noor)).toContainEqual(
    expect.objectContaining({ kind: 'assigned', conversationId: chat.id, note: 'Ill' }),
  )
})

test('to a team, Chat Assignment picks others, and what nobody can take waits', async () => {
  await aShift()
  const asleep = await aSleepingTeam(w)
  expectStatus(await w.admin.put(`/v1/teams/${asleep.id}/members/${mia.id}`), 204)
  const body = { to: { teamId: asleep.id }, kinds: ['chat'], stayOnline: true }
  const { id } = await changeShift(mia, 'me', body)
  expect(await untilEnded(mia, id)).toMatchObject({ total: 2, done: 2, refused: [] })
  const waiting = (await w.channel.get('/v1/conversations?queued=true')).body.items
  expect(waiting).toHaveLength(2)
  expect(await presenceOf(mia)).toBe('online')
  const tickets = (await mia.get('/v1/conversations?kind=ticket&assigneeId=me')).body.items
  expect(tickets).toHaveLength(1)
})

test('what the target may not hold is refused, and the rest goes on', async () => {
  await aShift()
  const general = { id: (await w.create('/v1/teamspaces', { name: 'Elsewhere' })).id }
  const elsewhere = await aTeam(w, 'Elsewhere', [general.id])
  expectStatus(await w.admin.put(`/v1/teams/${elsewhere.id}/members/${mia.id}`), 204)
  const far = await w.create('/v1/ai-agents', {
    name: 'Far',
    teamspaceId: general.id,
    handoff: { target: { type: 'user', userId: mia.id } },
  })
  const chat = await w.chat({ aiAgentId: far.id })
  expectStatus(await w.channel.post(`/v1/conversations/${chat.id}/handoff`, {}), 200)
  const { id } = await changeShift(mia, 'me', { to: { userId: noor.id } })
  expect(await untilEnded(mia, id)).toMatchObject({
    state: 'finished',
    total: 4,
    done: 3,
    refused: [{ conversationId: chat.id, code: 'target_not_permitted' }],
  })
  expect((await mia.get(`/v1/conversations/${chat.id}`)).body.assignee.id).toBe(mia.id)
})

test('resolved conversations go along, closed ones and those of others stay', async () => {
  const [chat, closed, ticket] = await aShift()
  await chat.does(mia, 'status', { status: 'resolved' })
  await closed.does(mia, 'close')
  await ticket.does(mia, 'close')
  const others = await aLivechat(w, w.admin)
  const { id } = await changeShift(mia, 'me', { to: { userId: noor.id } })
  expect(await untilEnded(mia, id)).toMatchObject({ total: 1, done: 1 })
  expect(await chat.now()).toMatchObject({ status: 'resolved', assignee: { id: noor.id } })
  expect((await ticket.now()).assignee.id).toBe(mia.id)
  expect((await others.now()).assignee.id).toBe(w.admin.id)
})

test('to a user, each keeps its status', async () => {
  const [pending, resolved, overdue] = await aShift()
  await pending.does(mia, 'status', { status: 'pending' })
  await resolved.does(mia, 'status', { status: 'resolved' })
  await overdue.does(mia, 'status', { status: 'overdue' })
  const { id } = await changeShift(mia, 'me', { to: { userId: noor.id } })
  expect(await untilEnded(mia, id)).toMatchObject({ total: 3, done: 3 })
  expect(await pending.now()).toMatchObject({ status: 'pending', assignee: { id: noor.id } })
  expect(await resolved.now()).toMatchObject({ status: 'resolved', assignee: { id: noor.id } })
  expect(await overdue.now()).toMatchObject({ status: 'overdue', assignee: { id: noor.id } })
})

test('to a team, resolved conversations stay with who held them', async () => {
  const [chat, other, ticket] = await aShift()
  await chat.does(mia, 'status', { status: 'resolved' })
  await ticket.does(mia, 'status', { status: 'resolved' })
  const { id } = await changeShift(mia, 'me', { to: { teamId: w.support.id } })
  expect(await untilEnded(mia, id)).toMatchObject({ total: 1, done: 1, refused: [] })
  for (const talk of [chat, ticket]) {
    expect(await talk.now()).toMatchObject({ status: 'resolved', assignee: { id: mia.id } })
  }
  expect(await other.now()).toMatchObject({ status: 'open', assignee: { id: noor.id } })
})

test('to a team, what was resolved before it was begun stays too', async () => {
  const [chat, other] = await aShift()
  const asleep = await aSleepingTeam(w)
  const { db } = api.database.client
  const shiftChange = await db.transaction(async (tx) => {
    const to = { teamId: asleep.id }
    const of = { workspaceId: w.id, userId: mia.id, to, kinds: ['chat' as const], actorId: mia.id }
    return beginShiftChange(tx, of)
  })
  await chat.does(mia, 'status', { status: 'resolved' })
  await api.engine.startShiftChange(shiftChange.id)
  expect(await untilEnded(mia, shiftChange.id)).toMatchObject({ total: 2, refused: [] })
  expect(await chat.now()).toMatchObject({ status: 'resolved', assignee: { id: mia.id }, epoch: 2 })
  expect(await other.now()).toMatchObject({ status: 'pending', assignee: null })
})

test('a shift change without conversations has ended at once', async () => {
  await aShift()
  const begun = await changeShift(noor, 'me', { to: { userId: mia.id } })
  expect(begun).toMatchObject({ state: 'finished', total: 0, done: 0 })
})
