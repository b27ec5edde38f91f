import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Answered } from '../../harness/caller.ts'
import {
  aChat,
  aClosedChat,
  aLivechat,
  aQueuedChat,
  aRole,
  aSleepingTeam,
  aTeam,
  aTeamChat,
  aTicket,
  told,
} from '../../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../../harness/workspace.ts'

const text = { message: { text: 'Let me help' } }

let api: TestApi
let w: Workspace
let mia: Person
let olga: Person
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api, { plan: 'free' })
  mia = await agent('Mia', { view: 'own', manage: 'own' })
  olga = await agent('Olga', { view: 'all', manage: 'all', transfer: true })
})
afterAll(() => api.close())

/** A user with these grants on livechats and on tickets, away, in Support unless said. */
async function agent(name: string, grants: Record<string, unknown>, teams = [w.support]) {
  const roleId = await aRole(w, { livechats: grants, tickets: grants })
  return w.user(name, { roleId, teams, online: false })
}

test('whoever takes over holds the conversation and has sent their reply, in one act', async () => {
  const chat = await aLivechat(w, mia)
  const before = await chat.now()
  const body = await chat.does(olga, 'takeover', text)
  expect(body).toMatchObject({
    command: {
      kind: 'takeover',
      conversationId: chat.id,
      actor: { type: 'user', id: olga.id },
      outcome: 'accepted',
    },
    conversation: {
      assignee: { type: 'user', id: olga.id, name: 'Olga' },
      epoch: before.epoch + 1,
      version: before.version + 1,
      status: 'open',
      queue: null,
    },
    assignment: {
      number: before.epoch + 1,
      cause: 'takeover',
      actor: { type: 'user', id: olga.id },
      from: { type: 'user', id: mia.id },
      to: { type: 'user', id: olga.id },
      commandId: body.command.id,
    },
    message: {
      conversationId: chat.id,
      author: { type: 'user', id: olga.id },
      text: 'Let me help',
      epoch: before.epoch + 1,
    },
  })
  expect((await chat.assignments()).at(-1)).toEqual(body.assignment)
  expect((await chat.messages()).at(-1)).toEqual(body.message)
  expect(await chat.now(olga)).toEqual(body.conversation)
})

test('the Assignee cannot take over from themselves', async () => {
  const chat = await aLivechat(w, olga)
  const refused = await chat.by(olga, 'takeover', text)
  expect(told(refused)).toEqual({ status: 409, code: 'already_assignee' })
  expect(await chat.messages()).toEqual([])
})

test('a takeover of what is not queued needs a message', async () => {
  const chat = await aLivechat(w, mia)
  const refused = await chat.by(olga, 'takeover')
  expect(told(refused)).toEqual({ status: 422, code: 'message_required' })
  expect((await chat.now()).assignee.id).toBe(mia.id)
})

test('a closed conversation is not taken over', async () => {
  const chat = await aClosedChat(w, mia)
  const { assignee, epoch } = await chat.now()
  expect(told(await chat.by(olga, 'takeover', text))).toEqual({
    status: 409,
    code: 'conversation_closed',
    assignee,
    epoch,
  })
  expect(await chat.messages()).toEqual([])
})

test.each([
  ['transfer is missing', { view: 'all', manage: 'all', transfer: false }],
  ['manage is none', { view: 'all', manage: 'none', transfer: true }],
  ['manage is own', { view: 'all', manage: 'own', transfer: true }],
  ['manage is team and it has no team', { view: 'all', manage: 'team', transfer: true }],
])('a takeover from a colleague is not permitted when %s', async (_why, grants) => {
  const chat = await aLivechat(w, mia)
  const refused = await chat.by(await agent('Otto', grants), 'takeover', text)
  expect(told(refused)).toEqual({ status: 403, code: 'permission_denied' })
  expect(await chat.messages()).toEqual([])
  expect((await chat.now()).assignee.id).toBe(mia.id)
})

test('manage: team reaches what is assigned to a team one is in, and no other', async () => {
  const team = await aTeam(w, 'Refunds')
  const holder = await agent('Rita', { view: 'own', manage: 'own' }, [team])
  const grants = { view: 'all', manage: 'team', transfer: true }
  const chat = await aTeamChat(w, team, holder)
  const stranger = await chat.by(await agent('Sven', grants), 'takeover', text)
  expect(told(stranger)).toEqual({ status: 403, code: 'permission_denied' })
  const taken = await chat.does(await agent('Tara', grants, [team]), 'takeover', text)
  expect(taken.conversation).toMatchObject({ assignee: { name: 'Tara' }, teamId: team.id })
})

test.each(['own', 'team'])(
  'a chat that an AI agent holds is not taken over with manage: %s',
  async (manage) => {
    const chat = await aChat(w)
    const otto = await agent('Otto', { view: 'all', manage, transfer: true })
    const refused = await chat.by(otto, 'takeover', text)
    expect(told(refused)).toEqual({ status: 403, code: 'permission_denied' })
  },
)

test('a chat taken over from an AI agent remembers it as origin and returns to it', async () => {
  const chat = await aChat(w)
  const taken = await chat.does(olga, 'takeover', text)
  expect(taken.assignment.from).toEqual({ type: 'ai_agent', id: w.ava.id })
  expect(taken.conversation).toMatchObject({ originAiAgentId: w.ava.id, status: 'open' })
  const closed = await chat.does(olga, 'close')
  expect(closed.conversation.assignee).toEqual({ type: 'ai_agent', id: w.ava.id, name: 'Ava' })
})

test('a ticket is taken over by the grants for tickets', async () => {
  const ticket = await aTicket(w, mia)
  const everything = { view: 'all', manage: 'all', transfer: true }
  const roleId = await aRole(w, { livechats: everything, tickets: { view: 'all', manage: 'own' } })
  const otto = await w.user('Otto', { roleId, online: false })
  expect(told(await ticket.by(otto, 'takeover', text))).toMatchObject({ code: 'permission_denied' })
  const taken = await ticket.does(olga, 'takeover', text)
  expect(taken.conversation.assignee.id).toBe(olga.id)
})

test.each([
  ['without a message', {}],
  ['with a message', text],
])('whoever the queue entry targets may claim it without transfer, %s', async (_how, body) => {
  const team = await aTeam(w, 'Claimants')
  const claimant = await agent('Cleo', { view: 'own', manage: 'own' }, [team])
  const chat = await aQueuedChat(w, team)
  const claimed = await chat.does(claimant, 'takeover', body)
  expect(claimed.command.outcome).toBe('accepted')
  expect(claimed.conversation).toMatchObject({
    assignee: { id: claimant.id },
    status: 'open',
    queue: null,
    teamId: team.id,
  })
  expect(claimed.assignment).toMatchObject({ cause: 'takeover', from: null })
  expect(await chat.messages()).toHaveLength('message' in body ? 1 : 0)
  expect('message' in claimed).toBe('message' in body)
})

test('a queued chat outside of their pool needs transfer and manage: all of a user', async () => {
  const chat = await aQueuedChat(w, await aSleepingTeam(w))
  const sees = await agent('Otto', { view: 'all', manage: 'all' })
  expect(told(await chat.by(sees, 'takeover'))).toMatchObject({ code: 'permission_denied' })
  expect(told(await chat.by(mia, 'takeover'))).toMatchObject({ code: 'not_found' })
  expect((await chat.does(olga, 'takeover')).conversation.assignee.id).toBe(olga.id)
})

test('a takeover of a resolved conversation opens it', async () => {
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'status', { status: 'resolved' })
  expect((await chat.does(olga, 'takeover', text)).conversation.status).toBe('open')
})

test('a takeover under the epoch its author saw is carried out', async () => {
  const chat = await aLivechat(w, mia)
  const { epoch } = await chat.now()
  const taken = await chat.does(olga, 'takeover', { ...text, expectedEpoch: epoch })
  expect(taken.conversation.epoch).toBe(epoch + 1)
})

test('a takeover under an earlier epoch sends nothing and tells who holds it', async () => {
  const chat = await aLivechat(w, mia)
  const { epoch } = await chat.now()
  await chat.does(w.admin, 'takeover', text)
  const refused = await chat.by(olga, 'takeover', { ...text, expectedEpoch: epoch })
  expect(told(refused)).toEqual({
    status: 409,
    code: 'assignee_changed',
    assignee: { type: 'user', id: w.admin.id, name: w.admin.name },
    epoch: epoch + 1,
  })
  expect(await chat.messages()).toHaveLength(1)
  expect((await chat.now()).assignee.id).toBe(w.admin.id)
})

test('of many who claim one queued chat under one epoch one wins and the others are told by whom', async () => {
  const team = await aTeam(w, 'Crowd')
  const role = await aRole(w, { livechats: { view: 'own', manage: 'own' } })
  const joins = (_: unknown, n: number) =>
    w.user(`Claimant ${n}`, { teams: [team], roleId: role, online: false })
  const crowd = await Promise.all(Array.from({ length: 30 }, joins))
  const chat = await aQueuedChat(w, team)
  const { epoch: expectedEpoch } = await chat.now()
  const body = (n: number) => (n % 2 ? { expectedEpoch } : { ...text, expectedEpoch })
  const answers = await Promise.all(crowd.map((one, n) => chat.by(one, 'takeover', body(n))))
  const won = answers.filter((one) => one.status === 200)
  expect(won).toHaveLength(1)
  const [{ body: first }] = won as [Answered]
  const { assignee, epoch } = first.conversation
  for (const lost of answers.filter((one) => one.status !== 200)) {
    expect(told(lost)).toEqual({ status: 409, code: 'assignee_changed', assignee, epoch })
  }
  expect(await chat.assignments()).toHaveLength(3)
  expect(await chat.messages()).toHaveLength(first.message ? 1 : 0)
})

test('two who take over at once without an epoch hold it one after the other', async () => {
  const chat = await aLivechat(w, mia)
  const { epoch } = await chat.now()
  const say = (whose: string) => ({ message: { text: whose } })
  await Promise.all([
    chat.does(olga, 'takeover', say('Olga')),
    chat.does(w.admin, 'takeover', say('Admin')),
  ])
  const [first, second] = (await chat.assignments()).slice(-2)
  expect(second.from).toEqual(first.to)
  const said = (await chat.messages()).map(({ author, epoch }: Record<string, unknown>) => ({
    author,
    epoch,
  }))
  expect(said).toEqual([
    { author: first.to, epoch: epoch + 1 },
    { author: second.to, epoch: epoch + 2 },
  ])
})

test('a takeover is not gated by plan', async () => {
  expect((await w.admin.get('/v1/workspace')).body.plan).toBe('free')
  const chat = await aLivechat(w, mia)
  await chat.does(w.admin, 'takeover', text)
  expect((await chat.now()).assignee.id).toBe(w.admin.id)
})

test('a user of another workspace takes over nothing', async () => {
  const other = await aWorkspace(api)
  const chat = await aLivechat(w, mia)
  expect(told(await chat.by(other.admin, 'takeover', text))).toEqual({
    status: 404,
    code: 'not_found',
  })
})
