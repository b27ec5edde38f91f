import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Caller } from '../../harness/caller.ts'
import {
  aChat,
  aClosedChat,
  aLivechat,
  aQueuedChat,
  aRole,
  aTeam,
  aTeamChat,
  aTicket,
  type Talk,
  talk,
  told,
} from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
let s: Awaited<ReturnType<typeof scene>>
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  s = await scene()
})
afterAll(() => api.close())

/** Conversations of every whereabouts, seen from Alpha, a team of the workspace's teamspace. */
async function scene() {
  const [alpha, beta] = [await aTeam(w, 'Alpha'), await aTeam(w, 'Beta')]
  const colleague = await w.user('Colleague', { teams: [alpha, beta], online: false })
  return {
    alpha,
    beta,
    colleague,
    conversations: {
      'a chat of the AI agent': await aChat(w),
      'a closed chat': await aClosedChat(w, colleague),
      'a chat of a colleague': await aLivechat(w, colleague),
      'a chat of a colleague and my team': await aTeamChat(w, alpha, colleague),
      'a chat of a colleague and another team': await aTeamChat(w, beta, colleague),
      'a chat queued for my team': await aQueuedChat(w, alpha),
      'a chat queued for another team': await aQueuedChat(w, beta),
      'a chat queued for anyone': await aQueuedChat(w),
      'a ticket of a colleague': await aTicket(w, colleague),
    } as Record<string, Talk>,
  }
}

const names = (who: (name: string) => boolean) => Object.keys(s.conversations).filter(who).sort()

async function seenBy(who: Caller) {
  const { items } = expectStatus(await who.get('/v1/conversations?limit=200'), 200)
  const listed = new Set(items.map((item: { id: string }) => item.id))
  const seen: string[] = []
  for (const [name, { id, path }] of Object.entries(s.conversations)) {
    const { status } = await who.get(path)
    expect(status, name).toBe(listed.has(id) ? 200 : 404)
    if (status === 200) seen.push(name)
  }
  return seen.sort()
}

async function viewer(view: string, options: { kind?: 'livechats' | 'tickets' } = {}) {
  const { kind = 'livechats' } = options
  const roleId = await aRole(w, { [kind]: { view, manage: 'none' } })
  return w.user('Viewer', { teams: [s.alpha], roleId, online: false })
}

const queuedForMe = ['a chat queued for anyone', 'a chat queued for my team']

test('view: none shows no chat of others', async () => {
  expect(await seenBy(await viewer('none'))).toEqual([])
})

test('view: own shows what waits for a pool one is in', async () => {
  expect(await seenBy(await viewer('own'))).toEqual(queuedForMe)
})

test('view: team shows also what is assigned to a team one is in', async () => {
  const seen = ['a chat of a colleague and my team', ...queuedForMe]
  expect(await seenBy(await viewer('team'))).toEqual(seen)
})

test('view: all shows every chat, and no ticket', async () => {
  expect(await seenBy(await viewer('all'))).toEqual(names((name) => name.includes('chat')))
})

test('view: all of tickets shows every ticket, and no chat', async () => {
  expect(await seenBy(await viewer('all', { kind: 'tickets' }))).toEqual([
    'a ticket of a colleague',
  ])
})

test('an admin and an API key see everything', async () => {
  expect(await seenBy(w.admin)).toEqual(names(() => true))
  expect(await seenBy(w.channel)).toEqual(names(() => true))
})

test('an AI agent sees the chats it holds or is the origin of', async () => {
  expect(await seenBy(w.ava)).toEqual(['a chat of the AI agent'])
  const bot = await w.bot('Echo', { target: { type: 'user', userId: s.colleague.id } })
  const chat = await aChat(w, { aiAgentId: bot.id })
  await chat.does(bot, 'handoff')
  expect((await bot.get(chat.path)).body.assignee.id).toBe(s.colleague.id)
  expect((await bot.get('/v1/conversations')).body.items).toHaveLength(1)
  expect((await w.ava.get(chat.path)).status).toBe(404)
})

test('who is in no team of the teamspace does not see what waits for anyone there', async () => {
  const other = await w.create('/v1/teamspaces', { name: 'Elsewhere' })
  const team = await aTeam(w, 'Elsewhere', [other.id])
  const roleId = await aRole(w, { livechats: { view: 'team', manage: 'none' } })
  expect(await seenBy(await w.user('Stranger', { teams: [team], roleId }))).toEqual([])
  expect(await seenBy(await w.user('Lone', { teams: [], roleId }))).toEqual([])
})

test('another workspace sees nothing of it, neither its admin nor its API key', async () => {
  const other = await aWorkspace(api)
  expect(await seenBy(other.admin)).toEqual([])
  expect(await seenBy(other.channel)).toEqual([])
})

test('root has no conversations', async () => {
  expect((await api.root.get('/v1/conversations')).body.code).toBe('permission_denied')
  const chat = s.conversations['a chat of the AI agent'] as Talk
  expect((await api.root.get(chat.path)).status).toBe(403)
})

test('what one may not see has no record, messages or targets either', async () => {
  const stranger = await viewer('none')
  const { path, id } = s.conversations['a chat of a colleague'] as Talk
  const unknown = talk(w, 'cnv_unknown').path
  for (const what of ['', '/assignments', '/commands', '/messages', '/targets']) {
    const [unseen, absent] = [await stranger.get(path + what), await stranger.get(unknown + what)]
    expect(told(unseen)).toEqual({ status: 404, code: 'not_found' })
    expect(told(unseen)).toEqual(told(absent))
    expect(unseen.text).not.toContain(id)
  }
})

test('the Assignee sees what they hold whatever their grants became', async () => {
  const roleId = await aRole(w, { livechats: { view: 'own', manage: 'own', transfer: true } })
  const olga = await w.user('Olga', { roleId, online: false })
  const chat = await aLivechat(w, olga)
  const none = { view: 'none', manage: 'none', transfer: false }
  expectStatus(await w.admin.patch(`/v1/roles/${roleId}`, { livechats: none }), 200)
  expect((await chat.now(olga)).actions).toEqual(['close', 'status', 'reply'])
  expect((await olga.get('/v1/conversations')).body.items).toHaveLength(1)
  await chat.does(olga, 'messages', { text: 'Still here' })
  await chat.does(olga, 'close')
  expect((await olga.get(chat.path)).status).toBe(404)
})

test('leaving a team ends the sight of its conversations at once', async () => {
  const someone = await viewer('team')
  const chat = s.conversations['a chat of a colleague and my team'] as Talk
  expect((await someone.get(chat.path)).status).toBe(200)
  expectStatus(await w.admin.delete(`/v1/teams/${s.alpha.id}/members/${someone.id}`), 204)
  expect((await someone.get(chat.path)).status).toBe(404)
})

/** Mia, who sees only what they hold and what waits for a team of theirs, held the chat until Noor did. */
async function handedOn() {
  const roleId = await aRole(w, { livechats: { view: 'own', manage: 'own', transfer: true } })
  const team = await aTeam(w, 'Gamma')
  const joins = (name: string) => w.user(name, { teams: [team], roleId, online: false })
  const [mia, noor] = [await joins('Mia'), await joins('Noor')]
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'transfer', { userId: noor.id })
  const holder = { type: 'user', id: noor.id, name: 'Noor' }
  return { mia, noor, chat, team, holder, epoch: 3 }
}

const attempts: [what: string, body: Record<string, unknown>][] = [
  ['transfer', { userId: 'usr_nobody' }],
  ['team-transfer', { teamId: 'team_nobody' }],
  ['takeover', { message: { text: 'Draft' } }],
  ['close', {}],
  ['messages', { text: 'Draft' }],
]

test.each([...attempts, ['status', { status: 'pending' }] as (typeof attempts)[number]])(
  'who held it just before is told who holds it now: %s',
  async (what, body) => {
    const { mia, chat, holder, epoch } = await handedOn()
    const refused = await chat.by(mia, what, body)
    expect(told(refused)).toEqual({ status: 409, code: 'not_assignee', assignee: holder, epoch })
    expect((await chat.commands()).at(-1)).toMatchObject({
      outcome: 'refused',
      code: 'not_assignee',
    })
    expect((await mia.get(chat.path)).status).toBe(404)
    expect(await chat.messages()).toEqual([])
  },
)

test.each(attempts)(
  'who names an epoch in which they saw it is told assignee_changed: %s',
  async (what, body) => {
    const { mia, chat, holder, epoch } = await handedOn()
    const refused = await chat.by(mia, what, { ...body, expectedEpoch: 2 })
    expect(told(refused)).toEqual({
      status: 409,
      code: 'assignee_changed',
      assignee: holder,
      epoch,
    })
  },
)

test.each(attempts)(
  'who names the present epoch is never told that the Assignee changed: %s',
  async (what, body) => {
    const { mia, chat, holder, epoch } = await handedOn()
    const refused = await chat.by(mia, what, { ...body, expectedEpoch: epoch })
    expect(told(refused)).toEqual({ status: 409, code: 'not_assignee', assignee: holder, epoch })
    expect(await chat.messages()).toEqual([])
  },
)

test('who held it earlier is told only when they name an epoch of theirs', async () => {
  const { mia, noor, chat, epoch } = await handedOn()
  await chat.does(noor, 'transfer', { userId: w.admin.id })
  expect(told(await chat.by(mia, 'close'))).toEqual({ status: 404, code: 'not_found' })
  for (const [expectedEpoch, code] of [
    [1, 'not_found'],
    [2, 'assignee_changed'],
    [3, 'not_found'],
    [4, 'not_found'],
    [5, 'not_found'],
  ] as const) {
    const refused = await chat.by(mia, 'close', { expectedEpoch })
    expect(told(refused).code, `epoch ${expectedEpoch}`).toBe(code)
  }
  expect(told(await chat.by(mia, 'messages', { text: 'Draft' })).code).toBe('not_found')
  const reply = await chat.by(mia, 'messages', { text: 'Draft', expectedEpoch: 2 })
  expect(told(reply)).toMatchObject({ code: 'assignee_changed', epoch: epoch + 1 })
})

test('who saw it waiting is told by whom it was claimed when they name that epoch', async () => {
  const { mia, noor, team } = await handedOn()
  const chat = await aQueuedChat(w, team)
  await chat.does(noor, 'takeover')
  const named = await chat.by(mia, 'takeover', { expectedEpoch: 2 })
  expect(told(named)).toMatchObject({
    code: 'assignee_changed',
    assignee: { name: 'Noor' },
    epoch: 3,
  })
  const unnamed = await chat.by(mia, 'takeover', { message: { text: 'Draft' } })
  expect(told(unnamed)).toEqual({ status: 404, code: 'not_found' })
  const stranger = await viewer('own')
  const guessed = await chat.by(stranger, 'takeover', { expectedEpoch: 2 })
  expect(told(guessed)).toEqual({ status: 404, code: 'not_found' })
})

test('who saw it as their team’s is told when they name that epoch', async () => {
  const roleId = await aRole(w, { livechats: { view: 'team', manage: 'team', transfer: true } })
  const tara = await w.user('Tara', { teams: [s.alpha], roleId, online: false })
  const chat = await aTeamChat(w, s.alpha, s.colleague)
  await chat.does(s.colleague, 'transfer', { userId: w.admin.id })
  const draft = { message: { text: 'Draft' } }
  expect(told(await chat.by(tara, 'takeover', draft))).toEqual({ status: 404, code: 'not_found' })
  expect(told(await chat.by(tara, 'takeover', { ...draft, expectedEpoch: 3 }))).toMatchObject({
    code: 'assignee_changed',
    assignee: { id: w.admin.id },
  })
})

test('who gave it to a queue they do not see is told that nobody holds it', async () => {
  const { noor, chat } = await handedOn()
  await chat.does(noor, 'team-transfer', { teamId: s.beta.id })
  const refused = await chat.by(noor, 'messages', { text: 'One more thing' })
  expect(told(refused)).toEqual({ status: 409, code: 'not_assignee', assignee: null, epoch: 4 })
  expect((await noor.get(chat.path)).status).toBe(404)
})

test('who closed it is told that it is closed', async () => {
  const { noor, chat } = await handedOn()
  await chat.does(noor, 'close')
  for (const what of ['close', 'messages']) {
    const refused = await chat.by(noor, what, what === 'close' ? {} : { text: 'Draft' })
    expect(told(refused)).toMatchObject({ status: 409, code: 'conversation_closed' })
  }
})

test('a former Assignee has no rights in another workspace', async () => {
  const { chat } = await handedOn()
  const other = await aWorkspace(api)
  for (const [what, body] of attempts) {
    const refused = await chat.by(other.admin, what, { ...body, expectedEpoch: 2 })
    expect(told(refused), what).toEqual({ status: 404, code: 'not_found' })
  }
  expect(await chat.commands()).toHaveLength(2)
})

test('the former Assignee whose grants reach further goes on seeing it', async () => {
  const chat = await aLivechat(w, s.colleague)
  await chat.does(w.admin, 'takeover', { message: { text: 'Mine' } })
  await chat.does(w.admin, 'transfer', { userId: s.colleague.id })
  const seen = await chat.now(w.admin)
  expect(seen.assignee.id).toBe(s.colleague.id)
  const person: Person = w.admin
  expect((await person.get(`${chat.path}/messages`)).body.items).toHaveLength(1)
})

test('what waits for a team that nobody is in any more waits for anyone, who may claim it', async () => {
  const space = await aWorkspace(api)
  const team = await aTeam(space, 'Leaving')
  const last = await space.user('Last', { teams: [team], online: false })
  const other = await space.user('Other', { teams: [space.billing], online: false })
  const chat = await aQueuedChat(space, team)
  expect((await other.get(chat.path)).status).toBe(404)
  expectStatus(await space.admin.patch(`/v1/users/${last.id}`, { active: false }), 200)
  expect((await chat.by(other, 'takeover')).status).toBe(200)
})
