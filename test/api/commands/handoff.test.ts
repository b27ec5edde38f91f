import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aiAgents, conversations } from '../../../db/schema.ts'
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
  aTicket,
  talk,
  told,
} from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api, { plan: 'free' })
})
afterAll(() => api.close())

const toTeams = (...teams: { id: string }[]) => ({
  type: 'teams',
  teamIds: teams.map((one) => one.id),
})
const toUser = ({ id }: Person) => ({ type: 'user' as const, userId: id })

/** A chat held by a new AI agent with these Human Handoff settings. */
async function chatWith(handoff: Record<string, unknown>, language?: string) {
  const bot = await w.bot('Bot', handoff)
  return aChat(w, { aiAgentId: bot.id, ...(language && { language }) })
}

test('an AI agent hands its chat off to the member whom Chat Assignment picks', async () => {
  const team = await aTeam(w, 'Refunds')
  const mia = await w.user('Mia', { teams: [team] })
  const away = await w.user('Away', { teams: [team], online: false })
  const bot = await w.bot('Bot', { target: toTeams(team) })
  const chat = await aChat(w, { aiAgentId: bot.id })
  const body = await chat.does(bot, 'handoff', { reason: 'Asked for a human' })
  expect(body).toMatchObject({
    command: {
      kind: 'handoff',
      conversationId: chat.id,
      actor: { type: 'ai_agent', id: bot.id },
      outcome: 'accepted',
    },
    conversation: {
      kind: 'chat',
      assignee: { type: 'user', id: mia.id, name: 'Mia' },
      status: 'open',
      teamId: team.id,
      originAiAgentId: bot.id,
      epoch: 2,
      version: 2,
      queue: null,
    },
    assignment: {
      number: 2,
      cause: 'handoff',
      actor: { type: 'ai_agent', id: bot.id },
      from: { type: 'ai_agent', id: bot.id },
      to: { type: 'user', id: mia.id },
      teamId: team.id,
      commandId: body.command.id,
      decision: {
        method: 'balanced',
        picked: mia.id,
        candidates: [{ userId: mia.id, load: 0 }],
        excluded: [{ userId: away.id, reason: 'away' }],
      },
    },
  })
  expect(body.command.settledAt).toEqual(expect.any(String))
  expect(await chat.now(bot)).toEqual(body.conversation)
})

test('an API key asks on behalf of the AI agent, and is the actor', async () => {
  const mia = await w.user('Mia', { teams: [await aTeam(w, 'Alone')] })
  const chat = await chatWith({ target: toUser(mia) })
  const { assignment } = await chat.does(w.channel, 'handoff')
  expect(assignment.actor.type).toBe('api_key')
  expect(assignment).toMatchObject({ from: { type: 'ai_agent' }, to: { type: 'user', id: mia.id } })
})

test('another AI agent does not see the chat', async () => {
  const chat = await chatWith({})
  expect(told(await chat.by(w.ava, 'handoff'))).toEqual({ status: 404, code: 'not_found' })
})

test('an AI agent cannot hand off what it no longer holds', async () => {
  const mia = await w.user('Mia', { teams: [await aTeam(w, 'Alone')] })
  const bot = await w.bot('Bot', { target: toUser(mia) })
  const chat = await aChat(w, { aiAgentId: bot.id })
  const [first, second] = await Promise.all([
    chat.by(bot, 'handoff'),
    chat.by(w.channel, 'handoff'),
  ])
  const lost = first.status === 200 ? second : first
  expect([first.status, second.status].sort()).toEqual([200, 409])
  expect(told(lost as Answered)).toEqual({
    status: 409,
    code: 'not_assignee',
    assignee: { type: 'user', id: mia.id, name: 'Mia' },
    epoch: 2,
  })
})

test('what is queued already is not handed off again', async () => {
  const chat = await aQueuedChat(w, await aSleepingTeam(w))
  expect(told(await chat.by(w.channel, 'handoff'))).toEqual({
    status: 409,
    code: 'not_assignee',
    assignee: null,
    epoch: 2,
  })
})

test('a ticket is not handed off', async () => {
  const mia = await w.user('Mia', { online: false })
  const ticket = await aTicket(w, mia)
  expect(told(await ticket.by(w.channel, 'handoff'))).toMatchObject({
    code: 'not_assignee',
    assignee: { id: mia.id },
  })
  await ticket.does(mia, 'close')
  expect(told(await ticket.by(w.channel, 'handoff'))).toMatchObject({ code: 'conversation_closed' })
})

test('a handoff begins a new episode on a closed chat', async () => {
  const mia = await w.user('Mia', { teams: [await aTeam(w, 'Alone')] })
  const chat = await aClosedChat(w, mia)
  const closed = await chat.now()
  const { conversation } = await chat.does(w.channel, 'handoff')
  expect(conversation).toMatchObject({
    id: chat.id,
    status: 'open',
    assignee: { id: mia.id },
    epoch: closed.epoch + 1,
    closedAt: null,
  })
})

test('one named user gets it directly, away or full, without a team', async () => {
  const space = await aWorkspace(api)
  const path = `/v1/teamspaces/${space.teamspaceId}`
  await space.admin.patch(path, { assignment: { maxChatsPerAgent: 1 } })
  const away = await space.user('Away', { online: false })
  for (const _ of [1, 2]) {
    const chat = await aLivechat(space, away)
    const latest = (await chat.assignments()).at(-1)
    expect(latest).toMatchObject({ cause: 'handoff', to: { id: away.id }, teamId: null })
    expect(latest).not.toHaveProperty('decision')
    expect((await chat.now()).teamId).toBeNull()
  }
})

const gone: [why: string, leave: (user: Person) => Promise<unknown>][] = [
  ['was deactivated', (user) => w.admin.patch(`/v1/users/${user.id}`, { active: false })],
  ['left their team', (user) => w.admin.delete(`/v1/teams/${w.billing.id}/members/${user.id}`)],
  [
    'lost the grant',
    async (user) => w.admin.patch(`/v1/users/${user.id}`, { roleId: await aRole(w, {}) }),
  ],
]

test.each(gone)('when the named user %s it goes to anyone', async (_why, leave) => {
  const named = await w.user('Named', { teams: [w.billing] })
  const chat = await chatWith({ target: toUser(named) })
  await leave(named)
  const { assignment, conversation } = await chat.does(w.channel, 'handoff')
  expect(assignment.decision).toBeDefined()
  expect(conversation.assignee?.id).not.toBe(named.id)
})

test('the team is the first targeted one in which the picked user is', async () => {
  const [a, b, c] = [await aTeam(w, 'A'), await aTeam(w, 'B'), await aTeam(w, 'C')]
  const mia = await w.user('Mia', { teams: [a, c] })
  for (const [teams, expected] of [
    [[b, c, a], c],
    [[a, c], a],
  ] as const) {
    const chat = await chatWith({ target: toTeams(...teams) })
    const { conversation } = await chat.does(w.channel, 'handoff')
    expect(conversation).toMatchObject({ assignee: { id: mia.id }, teamId: expected.id })
    await chat.does(mia, 'close')
  }
})

test('for anyone the team is the picked user’s if they have exactly one in the teamspace', async () => {
  for (const count of [1, 2]) {
    const space = await aWorkspace(api)
    const elsewhere = await space.create('/v1/teamspaces', { name: 'Elsewhere' })
    const other = await aTeam(space, 'Elsewhere', [elsewhere.id])
    const teams = [other, ...[space.support, space.billing].slice(0, count)]
    await space.user('Mia', { teams })
    const { conversation } = await (await aChat(space)).does(space.channel, 'handoff')
    expect(conversation.assignee.name).toBe('Mia')
    expect(conversation.teamId).toBe(count === 1 ? space.support.id : null)
  }
})

test('anyone is all users of teams of its teamspace, and nobody else', async () => {
  const space = await aWorkspace(api)
  const elsewhere = await space.create('/v1/teamspaces', { name: 'Elsewhere' })
  await space.user('Stranger', { teams: [await aTeam(space, 'Elsewhere', [elsewhere.id])] })
  await space.user('Lone', { teams: [] })
  await space.admin.put('/v1/users/me/presence', { presence: 'online' })
  const [mia, noor] = [
    await space.user('Mia', { online: false }),
    await space.user('Noor', { online: false, teams: [space.billing, space.support] }),
  ]
  const { command, assignment } = await (await aChat(space)).does(space.channel, 'handoff')
  expect(command.outcome).toBe('queued')
  expect(assignment.decision.excluded).toHaveLength(2)
  const ids = assignment.decision.excluded.map((one: { userId: string }) => one.userId)
  expect(ids.sort()).toEqual([mia.id, noor.id].sort())
})

test('a language may have a target of its own', async () => {
  const team = await aTeam(w, 'Languages')
  const [eva, emil, any] = [
    await w.user('Eva', { teams: [team] }),
    await w.user('Emil', { teams: [team] }),
    await w.user('Any', { teams: [team] }),
  ]
  const settings = {
    target: toUser(any),
    targetsByLanguage: { es: toUser(eva), de: toUser(emil) },
  }
  const picked = async (spoken: string | undefined, asked: Record<string, unknown>) => {
    const chat = await chatWith(settings, spoken)
    return (await chat.does(w.channel, 'handoff', asked)).conversation.assignee.name
  }
  expect(await picked('es', {})).toBe('Eva')
  expect(await picked('fr', {})).toBe('Any')
  expect(await picked(undefined, {})).toBe('Any')
  expect(await picked(undefined, { language: 'de' })).toBe('Emil')
  expect(await picked('es', { language: 'de' })).toBe('Emil')
})

test('languages compare without case, the exact tag first, then its base', async () => {
  const team = await aTeam(w, 'Kinds of languages')
  const names = ['Any', 'Eng', 'Bras', 'Hant', 'Zho', 'Pirate']
  const [any, eng, bras, hant, zho, pirate] = (await Promise.all(
    names.map((name) => w.user(name, { teams: [team] })),
  )) as [Person, Person, Person, Person, Person, Person]
  const bot = await w.bot('Bot', {
    target: toUser(any),
    targetsByLanguage: {
      ...{ EN: toUser(eng), pt_br: toUser(bras), 'x-pirate': toUser(pirate) },
      ...{ zh: toUser(zho), 'zh-hant': toUser(hant) },
    },
  })
  const { body } = await w.admin.get(`/v1/ai-agents/${bot.id}`)
  const { targetsByLanguage } = body.handoff
  expect(Object.keys(targetsByLanguage).sort()).toEqual([
    'en',
    'pt-BR',
    'x-pirate',
    'zh',
    'zh-Hant',
  ])
  const picked = async (spoken: string) => {
    const chat = await aChat(w, { aiAgentId: bot.id, language: spoken })
    return (await chat.does(w.channel, 'handoff')).conversation.assignee.name
  }
  for (const [spoken, name] of [
    ...[
      ['en-US', 'Eng'],
      ['EN', 'Eng'],
      ['en_us', 'Eng'],
      ['en-GB-oed', 'Eng'],
    ],
    ...[
      ['pt-br', 'Bras'],
      ['pt-BR', 'Bras'],
      ['pt', 'Any'],
      ['pt-PT', 'Any'],
    ],
    ...[
      ['zh-Hant-TW', 'Hant'],
      ['zh-TW', 'Zho'],
      ['zh-hans', 'Zho'],
      ['X-Pirate', 'Pirate'],
    ],
  ] as [string, string][]) {
    expect([spoken, await picked(spoken)]).toEqual([spoken, name])
  }
  const asked = await aChat(w, { aiAgentId: bot.id, language: 'fr' })
  const { conversation } = await asked.does(w.channel, 'handoff', { language: 'ZH_hant_tw' })
  expect(conversation).toMatchObject({ language: 'fr', assignee: { name: 'Hant' } })
})

test('a conversation has its language in canonical form', async () => {
  const { now } = await aChat(w, { language: 'PT_br' })
  expect((await now()).language).toBe('pt-BR')
})

test('settings and languages from before still match', async () => {
  const [eng, any] = [await w.user('Eng before'), await w.user('Any before')]
  const bot = await w.bot('Bot', { target: toUser(any) })
  const chat = await aChat(w, { aiAgentId: bot.id, language: 'en' })
  const [target, checkAvailability] = [toUser(any), false]
  const handoff = { target, targetsByLanguage: { EN: toUser(eng) }, checkAvailability }
  const { db } = api.database.client
  await db.update(aiAgents).set({ handoff }).where(eq(aiAgents.id, bot.id))
  await db.update(conversations).set({ language: 'eN-us' }).where(eq(conversations.id, chat.id))
  expect((await chat.does(w.channel, 'handoff')).conversation.assignee.id).toBe(eng.id)
})

test.each(['constructor', 'toString'])(
  'the language %j has no target of its own',
  async (language) => {
    const mia = await w.user('Mia', { online: false, teams: [await aTeam(w, 'Alone')] })
    const chat = await chatWith({ target: toUser(mia) }, language)
    expect((await chat.does(w.channel, 'handoff')).conversation.assignee.id).toBe(mia.id)
  },
)

test('with the availability check on and nobody online the AI agent keeps the chat', async () => {
  const team = await aSleepingTeam(w)
  const named = await w.user('Named', { teams: [team], online: false })
  const roleId = await aRole(w, { tickets: { view: 'own', manage: 'own' } })
  await w.user('Online without the grant', { teams: [team], roleId })
  for (const target of [toTeams(team), toUser(named)]) {
    const chat = await chatWith({ target, checkAvailability: true })
    expect(told(await chat.by(w.channel, 'handoff'))).toEqual({
      status: 409,
      code: 'no_agent_available',
    })
    expect(await chat.now()).toMatchObject({
      assignee: { type: 'ai_agent' },
      status: 'open',
      epoch: 1,
      version: 1,
    })
    expect((await chat.commands()).at(-1)).toMatchObject({ code: 'no_agent_available' })
  }
})

test('with the availability check on and the named user online they get it', async () => {
  const named = await w.user('Named', { teams: [await aTeam(w, 'Alone')] })
  const chat = await chatWith({ target: toUser(named), checkAvailability: true })
  expect((await chat.does(w.channel, 'handoff')).conversation.assignee.id).toBe(named.id)
})

test('with the availability check on and everybody online full it waits', async () => {
  const space = await aWorkspace(api)
  const path = `/v1/teamspaces/${space.teamspaceId}`
  await space.admin.patch(path, { assignment: { maxChatsPerAgent: 1 } })
  const mia = await space.user('Mia')
  await aLivechat(space, mia)
  const bot = await space.bot('Cautious', { checkAvailability: true })
  const { id } = await space.chat({ aiAgentId: bot.id })
  const { command, assignment, conversation } = await talk(space, id).does(bot, 'handoff')
  expect(command.outcome).toBe('queued')
  expect(conversation.queue.position).toBe(1)
  expect(assignment.decision.excluded).toEqual([{ userId: mia.id, reason: 'at_capacity' }])
})

test('without the check and with nobody online it waits: pending, without an Assignee', async () => {
  const team = await aSleepingTeam(w)
  const chat = await chatWith({ target: toTeams(team) })
  const body = await chat.does(w.channel, 'handoff')
  expect(body.command.outcome).toBe('queued')
  expect(body.conversation).toMatchObject({ assignee: null, status: 'pending', epoch: 2 })
  expect(body.conversation.queue).toEqual({
    since: expect.any(String),
    position: expect.any(Number),
  })
  expect(body.assignment).toMatchObject({ cause: 'handoff', to: null, from: { type: 'ai_agent' } })
  expect(body.assignment.decision.picked).toBeNull()
})

test('handoffs at once never exceed the cap', async () => {
  const space = await aWorkspace(api)
  const path = `/v1/teamspaces/${space.teamspaceId}`
  expectStatus(await space.admin.patch(path, { assignment: { maxChatsPerAgent: 2 } }), 200)
  const agents = [await space.user('Mia'), await space.user('Noor')]
  const chats = await Promise.all(Array.from({ length: 7 }, () => aChat(space)))
  const done = await Promise.all(chats.map((chat) => chat.does(space.channel, 'handoff')))
  expect(done.filter((one) => one.command.outcome === 'queued')).toHaveLength(3)
  for (const { id } of agents) {
    const { items } = (await space.channel.get(`/v1/conversations?assigneeId=${id}`)).body
    expect(items).toHaveLength(2)
  }
})

test('a pool that came to be empty becomes anyone, and the decision says so', async () => {
  const space = await aWorkspace(api)
  const team = await aTeam(space, 'Unlinked')
  await space.user('Member', { teams: [team] })
  const target = { type: 'teams', teamIds: [team.id] }
  const bot = await space.bot('Bot', { target })
  const any = await space.user('Any', { teams: [space.billing] })
  expectStatus(await space.admin.patch(`/v1/teams/${team.id}`, { teamspaceIds: [] }), 200)
  const chat = await aChat(space, { aiAgentId: bot.id })
  const body = await chat.does(space.channel, 'handoff')
  expect(body.conversation).toMatchObject({ assignee: { id: any.id }, teamId: space.billing.id })
  expect(body.assignment.decision).toMatchObject({ picked: any.id, fallback: 'anyone' })
})

test('a named user who may not hold it any more becomes anyone, and the decision says so', async () => {
  const space = await aWorkspace(api)
  const gone = await space.user('Gone')
  const any = await space.user('Any')
  const bot = await space.bot('Bot', { target: { type: 'user', userId: gone.id } })
  expectStatus(await space.admin.patch(`/v1/users/${gone.id}`, { active: false }), 200)
  const chat = await aChat(space, { aiAgentId: bot.id })
  const body = await chat.does(space.channel, 'handoff')
  expect(body.assignment).toMatchObject({
    to: { id: any.id },
    decision: { picked: any.id, fallback: 'anyone' },
  })
})
