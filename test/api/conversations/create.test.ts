import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aRole, aTeam, talk, told } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
let noor: Person
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
  mia = await w.user('Mia')
  noor = await w.user('Noor', { online: false })
})
afterAll(() => api.close())

type Body = Record<string, unknown>
const chat = (change: Body = {}): Body => ({
  kind: 'chat',
  aiAgentId: w.ava.id,
  player: { externalId: 'p-1', name: 'Pat' },
  ...change,
})
const ticket = (change: Body = {}): Body => ({
  kind: 'ticket',
  teamspaceId: w.teamspaceId,
  subject: 'Refund',
  player: { externalId: 'p-1', name: 'Pat', email: 'pat@players.test' },
  assigneeId: noor.id,
  ...change,
})
const begin = (who: { post: Person['post'] }, body: Body) => who.post('/v1/conversations', body)

const begins = async (who: { post: Person['post'] }, body: Body) => {
  const { body: conversation } = await begin(who, body)
  if (!conversation.id) throw new Error(JSON.stringify(conversation))
  return { conversation, ...talk(w, conversation.id) }
}

const untold = { createdAt: expect.any(String), updatedAt: expect.any(String) }

test('a channel begins a chat, which its AI agent holds', async () => {
  const { conversation, path, id, assignments } = await begins(w.channel, chat({ language: 'es' }))
  expect(conversation).toEqual({
    id,
    kind: 'chat',
    status: 'open',
    teamspaceId: w.teamspaceId,
    language: 'es',
    player: { externalId: 'p-1', name: 'Pat' },
    assignee: { type: 'ai_agent', id: w.ava.id, name: 'Ava' },
    teamId: null,
    originAiAgentId: w.ava.id,
    epoch: 1,
    version: 1,
    queue: null,
    actions: ['handoff'],
    lastMessageAt: null,
    closedAt: null,
    closingNote: null,
    ...untold,
  })
  expect((await w.channel.get(path)).body).toEqual(conversation)
  expect(await assignments()).toEqual([
    {
      number: 1,
      at: expect.any(String),
      cause: 'created',
      actor: { type: 'api_key', id: expect.any(String) },
      from: null,
      to: { type: 'ai_agent', id: w.ava.id },
      teamId: null,
      commandId: null,
    },
  ])
})

test('a user makes a ticket for a colleague, who holds it', async () => {
  const { conversation, id, assignments } = await begins(mia, ticket({ teamId: w.support.id }))
  expect(conversation).toEqual({
    id,
    kind: 'ticket',
    status: 'open',
    teamspaceId: w.teamspaceId,
    subject: 'Refund',
    player: { externalId: 'p-1', name: 'Pat', email: 'pat@players.test' },
    assignee: { type: 'user', id: noor.id, name: 'Noor' },
    teamId: w.support.id,
    originAiAgentId: null,
    epoch: 1,
    version: 1,
    queue: null,
    actions: ['takeover'],
    lastMessageAt: null,
    closedAt: null,
    closingNote: null,
    ...untold,
  })
  expect(await assignments()).toMatchObject([
    {
      number: 1,
      cause: 'created',
      actor: { type: 'user', id: mia.id },
      to: { type: 'user', id: noor.id },
      teamId: w.support.id,
    },
  ])
})

test('an AI agent makes a ticket, which it then does not see', async () => {
  const { conversation, path, assignments } = await begins(w.ava, ticket())
  expect(conversation).toMatchObject({
    assignee: { id: noor.id },
    originAiAgentId: null,
    actions: [],
  })
  expect((await assignments())[0].actor).toEqual({ type: 'ai_agent', id: w.ava.id })
  expect((await w.ava.get(path)).status).toBe(404)
  expect((await noor.get(path)).body.actions).toContain('reply')
})

const openings: [what: string, who: () => Person, body: () => Body, author: () => Body][] = [
  [
    'of a channel’s chat is the player’s',
    () => w.channel as Person,
    chat,
    () => ({ type: 'player', id: 'p-1' }),
  ],
  [
    'of an AI agent’s chat is its own',
    () => w.ava,
    chat,
    () => ({ type: 'ai_agent', id: w.ava.id }),
  ],
  ['of a ticket is its creator’s', () => mia, ticket, () => ({ type: 'user', id: mia.id })],
  [
    'of an AI agent’s ticket is its own',
    () => w.ava,
    ticket,
    () => ({ type: 'ai_agent', id: w.ava.id }),
  ],
]

test.each(openings)('the opening message %s', async (_what, who, body, author) => {
  const opened = await begins(who(), { ...body(), message: { text: 'Hello' } })
  const [message, ...more] = await opened.messages()
  expect(message).toMatchObject({
    author: author(),
    text: 'Hello',
    epoch: 1,
    conversationId: opened.id,
  })
  expect(more).toEqual([])
  expect(opened.conversation.lastMessageAt).toBe(message.sentAt)
  expect(opened.conversation.version).toBe(1)
})

const denied: [what: string, who: () => Promise<unknown>, body: () => Body][] = [
  ['a chat by a user', async () => w.admin, chat],
  ['a chat by another AI agent', () => w.bot('Echo'), chat],
  ['a chat by root', async () => api.root, chat],
  ['a ticket by an API key', async () => w.channel, ticket],
  ['a ticket by root', async () => api.root, ticket],
  ['a ticket by a user without the grant', withoutTickets, ticket],
]

test.each(denied)('403: %s', async (_what, who, body) => {
  const refused = await begin((await who()) as Person, body())
  expect(told(refused)).toEqual({ status: 403, code: 'permission_denied' })
})

async function withoutTickets() {
  const roleId = await aRole(w, {
    livechats: { view: 'all', manage: 'all', transfer: true },
    tickets: { view: 'all', manage: 'none' },
  })
  return w.user('Chats only', { roleId })
}

const invalid: [what: string, path: string, who: () => Person, body: () => Promise<Body>][] = [
  ['no kind', 'kind', () => mia, async () => ({ ...ticket(), kind: undefined })],
  ['an unknown kind', 'kind', () => mia, async () => ticket({ kind: 'letter' })],
  [
    'a ticket without an Assignee',
    'assigneeId',
    () => mia,
    async () => ticket({ assigneeId: undefined }),
  ],
  ['a ticket without a subject', 'subject', () => mia, async () => ticket({ subject: undefined })],
  ['a ticket without a player', 'player', () => mia, async () => ticket({ player: undefined })],
  [
    'a player without an externalId',
    'player.externalId',
    () => mia,
    async () => ticket({ player: {} }),
  ],
  ['an unknown teamspace', 'teamspaceId', () => mia, async () => ticket({ teamspaceId: 'tsp_no' })],
  [
    'a teamspace elsewhere',
    'teamspaceId',
    () => mia,
    async () => ticket({ teamspaceId: (await aWorkspace(api)).teamspaceId }),
  ],
  ['an unknown team', 'teamId', () => mia, async () => ticket({ teamId: 'team_no' })],
  [
    'a team that is not linked',
    'teamId',
    () => mia,
    async () => ticket({ teamId: (await aTeam(w, 'Unlinked', [])).id }),
  ],
  [
    'an unknown AI agent',
    'aiAgentId',
    () => w.channel as Person,
    async () => chat({ aiAgentId: 'ai_no' }),
  ],
  [
    'an AI agent elsewhere',
    'aiAgentId',
    () => w.channel as Person,
    async () => chat({ aiAgentId: (await aWorkspace(api)).ava.id }),
  ],
  [
    'a deleted AI agent',
    'aiAgentId',
    () => w.channel as Person,
    async () => chat({ aiAgentId: await aDeletedBot() }),
  ],
  [
    'a user as AI agent',
    'aiAgentId',
    () => w.channel as Person,
    async () => chat({ aiAgentId: mia.id }),
  ],
]

async function aDeletedBot() {
  const { id } = await w.bot('Gone')
  expectStatus(await w.admin.delete(`/v1/ai-agents/${id}`), 204)
  return id
}

test.each(invalid)('400 that names it: %s', async (_what, path, who, body) => {
  const refused = await begin(who(), await body())
  expect(told(refused)).toMatchObject({ status: 400, code: 'invalid_request' })
  expect(refused.body.errors.map((one: { path: string }) => one.path)).toContain(path)
})

const unfit: [reason: string, target: () => Promise<{ id: string }>][] = [
  ['unknown', async () => ({ id: 'usr_no' })],
  ['unknown', async () => w.ava],
  ['unknown', async () => (await aWorkspace(api)).admin],
  ['inactive', aDeactivated],
  ['not_in_teamspace', () => w.user('Lone', { teams: [] })],
  ['no_grant', withoutTickets],
]

async function aDeactivated() {
  const user = await w.user('Gone')
  expectStatus(await w.admin.patch(`/v1/users/${user.id}`, { active: false }), 200)
  return user
}

test.each(unfit)('the Assignee of a ticket must be permitted: %s', async (reason, target) => {
  const { id } = await target()
  const refused = await begin(mia, ticket({ assigneeId: id }))
  expect(told(refused)).toEqual({ status: 422, code: 'target_not_permitted', reason })
})

test('what is refused makes no conversation', async () => {
  const count = async () => (await w.channel.get('/v1/conversations?limit=200')).body.items.length
  const before = await count()
  await begin(mia, ticket({ assigneeId: 'usr_no', message: { text: 'Hello' } }))
  await begin(w.admin, chat())
  await begin(w.channel, chat({ aiAgentId: 'ai_no' }))
  expect(await count()).toBe(before)
})
