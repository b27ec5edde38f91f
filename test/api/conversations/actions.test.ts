import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Caller } from '../../harness/caller.ts'
import { aChat, aLivechat, aRole, aTeam, aTicket, type Talk } from '../../harness/scenes.ts'
import { aWorkspace } from '../../harness/workspace.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.close())

type Scene = Awaited<ReturnType<typeof scene>>

/** Who may look at one conversation in every state. */
async function scene(plan: string) {
  const w = await aWorkspace(api, { plan })
  const team = await aTeam(w, 'Asleep')
  const both = (grants: Record<string, unknown>) => ({ livechats: grants, tickets: grants })
  const user = async (name: string, grants: Record<string, unknown>, teams = [team]) =>
    w.user(name, { teams, online: false, roleId: await aRole(w, both(grants)) })
  return {
    w,
    team,
    bot: await w.bot('Bot', { target: { type: 'teams', teamIds: [team.id] } }),
    channel: w.channel,
    holder: await user('Holder', { view: 'own', manage: 'own', transfer: true }),
    tied: await user('Tied', { view: 'own', manage: 'own' }),
    supervisor: await user('Supervisor', { view: 'all', manage: 'all', transfer: true }, [
      w.billing,
    ]),
    lead: await user('Lead', { view: 'all', manage: 'team', transfer: true }),
    reader: await user('Reader', { view: 'all', manage: 'none' }, [w.billing]),
  }
}

const watchers = ['bot', 'channel', 'holder', 'tied', 'supervisor', 'lead', 'reader'] as const
type Watcher = (typeof watchers)[number]
type Expected = Partial<Record<Watcher, string[]>>
const everything = ['close', 'reply', 'status', 'team_transfer', 'transfer']
const bound = ['close', 'reply', 'status']

async function byBot(s: Scene): Promise<Talk> {
  return aChat(s.w, { aiAgentId: s.bot.id })
}

async function queued(s: Scene): Promise<Talk> {
  const chat = await byBot(s)
  await chat.does(s.bot, 'handoff')
  return chat
}

async function claimed(s: Scene, who: 'holder' | 'tied' = 'holder'): Promise<Talk> {
  const chat = await queued(s)
  await chat.does(s[who], 'takeover')
  return chat
}

async function then(talk: Talk, who: Caller, what: string, body = {}): Promise<Talk> {
  await talk.does(who, what, body)
  return talk
}

/** Each state, how it comes about, and who may do what; those not named may do nothing. */
const states: [
  state: string,
  plan: string,
  make: (s: Scene) => Promise<Talk>,
  expected: Expected,
][] = [
  [
    'held by its AI agent',
    'pro',
    byBot,
    {
      bot: ['close', 'handoff', 'reply'],
      channel: ['handoff'],
      supervisor: ['takeover'],
    },
  ],
  [
    'closed by its AI agent',
    'pro',
    async (s) => then(await byBot(s), s.bot, 'close'),
    {
      bot: ['handoff', 'reply'],
      channel: ['handoff'],
    },
  ],
  [
    'queued by a handoff',
    'pro',
    queued,
    {
      bot: ['cancel_handoff'],
      channel: ['cancel_handoff'],
      holder: ['takeover'],
      tied: ['takeover'],
      supervisor: ['takeover'],
      lead: ['takeover'],
    },
  ],
  [
    'queued by a team transfer',
    'pro',
    async (s) => {
      const chat = await aLivechat(s.w, s.supervisor)
      return then(chat, s.supervisor, 'team-transfer', { teamId: s.team.id })
    },
    { holder: ['takeover'], tied: ['takeover'], supervisor: ['takeover'], lead: ['takeover'] },
  ],
  [
    'held by a user for a team',
    'pro',
    claimed,
    {
      holder: everything,
      supervisor: ['takeover'],
      lead: ['takeover'],
    },
  ],
  [
    'held by a user without a team',
    'pro',
    (s) => aLivechat(s.w, s.holder),
    {
      holder: everything,
      supervisor: ['takeover'],
    },
  ],
  [
    'resolved',
    'pro',
    async (s) => then(await claimed(s), s.holder, 'status', { status: 'resolved' }),
    {
      holder: everything,
      supervisor: ['takeover'],
      lead: ['takeover'],
    },
  ],
  [
    'held by a user without the grant to transfer',
    'pro',
    (s) => claimed(s, 'tied'),
    {
      tied: bound,
      supervisor: ['takeover'],
      lead: ['takeover'],
    },
  ],
  [
    'held by a user on the free plan',
    'free',
    claimed,
    {
      holder: bound,
      supervisor: ['takeover'],
      lead: ['takeover'],
    },
  ],
  [
    'closed by a user',
    'pro',
    async (s) => then(await claimed(s), s.holder, 'close'),
    {
      bot: ['handoff', 'reply'],
      channel: ['handoff'],
    },
  ],
  [
    'a ticket',
    'pro',
    (s) => aTicket(s.w, s.holder),
    {
      holder: everything,
      supervisor: ['takeover'],
    },
  ],
  [
    'a closed ticket',
    'pro',
    async (s) => then(await aTicket(s.w, s.holder), s.holder, 'close'),
    {},
  ],
]

const scenes = new Map<string, Promise<Scene>>()
const sceneOn = (plan: string) => {
  const known = scenes.get(plan) ?? scene(plan)
  scenes.set(plan, known)
  return known
}

const kinds = { bot: 'an AI agent', channel: 'an API key' } as Partial<Record<Watcher, string>>
const users = ['a user']

/** Each action, who may ask for it at all, and how. */
const asked: [action: string, by: string[], what: string, body: (s: Scene) => object][] = [
  ['handoff', ['an AI agent', 'an API key'], 'handoff', () => ({})],
  ['cancel_handoff', ['an AI agent', 'an API key'], 'cancel-handoff', () => ({})],
  ['transfer', users, 'transfer', ({ w }) => ({ userId: w.admin.id })],
  ['team_transfer', users, 'team-transfer', ({ team }) => ({ teamId: team.id })],
  ['takeover', users, 'takeover', () => ({ message: { text: 'Hello' } })],
  ['close', ['a user', 'an AI agent'], 'close', () => ({})],
  ['status', users, 'status', () => ({ status: 'pending' })],
  ['reply', ['a user', 'an AI agent'], 'messages', () => ({ text: 'Hello' })],
]

test.each(states)('%s', async (_state, plan, make, expected) => {
  const s = await sceneOn(plan)
  const { path } = await make(s)
  const offered: Expected = {}
  for (const who of watchers) {
    const { status, body } = await s[who].get(path)
    if (status === 200 && body.actions.length > 0) offered[who] = body.actions.sort()
  }
  expect(offered).toEqual(expected)
})

test.each(states)('%s: what is not offered is refused', async (_state, plan, make, expected) => {
  const s = await sceneOn(plan)
  const chat = await make(s)
  const before = await chat.now()
  const tries = async (who: Watcher) => {
    for (const [action, by, what, body] of asked) {
      if (expected[who]?.includes(action) || !by.includes(kinds[who] ?? 'a user')) continue
      const { status, text } = await chat.by(s[who], what, { ...body(s) })
      expect(status, `${action} by ${who}: ${text}`).toBeGreaterThanOrEqual(400)
    }
  }
  await Promise.all([...Object.keys(expected), 'reader'].map((who) => tries(who as Watcher)))
  expect(await chat.now()).toEqual(before)
})
