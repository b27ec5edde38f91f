import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Answered } from '../../harness/caller.ts'
import { aClosedChat, aLivechat, aRole, type Talk } from '../../harness/scenes.ts'
import { aWorkspace, type Person } from '../../harness/workspace.ts'

const STALE = { expectedEpoch: 77 }
const NOT_JSON = '{'

let api: TestApi
let s: Scene
beforeAll(async () => {
  api = await testApi()
  s = await scene()
})
afterAll(() => api.close())

type Scene = Awaited<ReturnType<typeof scene>>

/**
 * A workspace on the free plan, where Mia holds a chat, Max another without the grant to transfer,
 * Olga may take over everything, and Otto sees what they may not manage and Nils sees nothing.
 */
async function scene() {
  const w = await aWorkspace(api, { plan: 'free' })
  const everything = { view: 'all', manage: 'all', transfer: true }
  const withRole = async (name: string, livechats: Record<string, unknown>) =>
    w.user(name, { online: false, roleId: await aRole(w, { livechats }) })
  const mia = await withRole('Mia', everything)
  const max = await withRole('Max', { view: 'all', manage: 'all' })
  const otto = await withRole('Otto', { view: 'all', manage: 'own', transfer: true })
  const olga = await withRole('Olga', everything)
  const nils = await withRole('Nils', { view: 'own', manage: 'own', transfer: true })
  return {
    w,
    mia,
    max,
    otto,
    olga,
    nils,
    nobody: api.as('bt_user_nobody'),
    held: await aLivechat(w, mia),
    heldByMax: await aLivechat(w, max),
    closed: await aClosedChat(w, mia),
    pro: await onPro(),
  }
}

/** The same holders where the plan allows transfers. */
async function onPro() {
  const w = await aWorkspace(api, { plan: 'pro' })
  const roleId = await aRole(w, { livechats: { view: 'all', manage: 'all' } })
  const max = await w.user('Max', { online: false, roleId })
  const asksFirst = await w.bot('Cautious', { checkAvailability: true })
  return { w, max, held: await aLivechat(w, max), asksFirst }
}

const send = (who: Person | Scene['nobody'], { path }: Talk, what: string, body: unknown) =>
  who.post(`${path}/${what}`, body)

const key = (value: string) => ({ 'idempotency-key': value })

type Row = [first: string, before: string, ask: () => Promise<Answered>]

const rows: Row[] = [
  ['unauthenticated', 'invalid_request', () => send(s.nobody, s.held, 'transfer', NOT_JSON)],
  ['unauthenticated', 'not_found', () => s.nobody.post('/v1/conversations/cnv_no/close')],
  ['invalid_request', 'a wrong kind', () => s.held.by(s.w.channel, 'transfer', { userId: 1 })],
  [
    'invalid_request',
    'a reused key',
    async () => {
      await s.held.by(s.olga, 'status', { status: 'open' }, key('bad-body'))
      return s.held.by(s.olga, 'status', { status: 'none' }, key('bad-body'))
    },
  ],
  ['invalid_request', 'not_found', () => s.held.by(s.nils, 'close', { note: 1 })],
  ['invalid_request', 'conversation_closed', () => s.closed.by(s.mia, 'status', {})],
  ['permission_denied', 'not_found', () => s.w.channel.post('/v1/conversations/cnv_no/close')],
  ['permission_denied', 'conversation_closed', () => s.closed.by(s.w.channel, 'close')],
  [
    'permission_denied',
    'a reused key',
    async () => {
      await s.held.by(s.w.channel, 'handoff', {}, key('wrong-kind'))
      return s.held.by(s.w.channel, 'close', {}, key('wrong-kind'))
    },
  ],
  [
    'idempotency_key_reused',
    'not_found',
    async () => {
      await s.held.by(s.olga, 'close', {}, key('reused'))
      return s.olga.post('/v1/conversations/cnv_no/close', {}, key('reused'))
    },
  ],
  ['not_found', 'conversation_closed', () => s.closed.by(s.nils, 'close')],
  ['not_found', 'assignee_changed', () => s.held.by(s.nils, 'close', STALE)],
  ['not_found', 'not_assignee', () => s.held.by(s.nils, 'close')],
  ['not_found', 'message_required', () => s.held.by(s.nils, 'takeover')],
  ['conversation_closed', 'assignee_changed', () => s.closed.by(s.mia, 'close', STALE)],
  ['conversation_closed', 'not_assignee', () => s.closed.by(s.olga, 'close')],
  ['conversation_closed', 'not_queued', () => s.closed.by(s.w.channel, 'cancel-handoff')],
  ['conversation_closed', 'plan_required', () => s.closed.by(s.mia, 'team-transfer', toTeam())],
  ['conversation_closed', 'permission_denied', () => s.closed.by(s.otto, 'takeover', text)],
  ['conversation_closed', 'message_required', () => s.closed.by(s.olga, 'takeover')],
  ['assignee_changed', 'not_assignee', () => s.held.by(s.olga, 'close', STALE)],
  ['assignee_changed', 'already_assignee', () => s.held.by(s.mia, 'takeover', STALE)],
  [
    'assignee_changed',
    'plan_required',
    () => s.held.by(s.mia, 'transfer', { ...toMia(), ...STALE }),
  ],
  [
    'assignee_changed',
    'permission_denied',
    () => s.held.by(s.otto, 'takeover', { ...text, ...STALE }),
  ],
  ['assignee_changed', 'message_required', () => s.held.by(s.olga, 'takeover', STALE)],
  ['not_assignee', 'plan_required', () => s.held.by(s.olga, 'transfer', toMia())],
  ['not_assignee', 'permission_denied', () => s.held.by(s.max, 'team-transfer', toTeam())],
  [
    'not_assignee',
    'target_not_permitted',
    () => s.pro.held.by(s.pro.w.admin, 'transfer', toNobody),
  ],
  ['already_assignee', 'permission_denied', () => s.heldByMax.by(s.max, 'takeover', text)],
  ['already_assignee', 'message_required', () => s.held.by(s.mia, 'takeover')],
  ['plan_required', 'permission_denied', () => s.heldByMax.by(s.max, 'transfer', toMia())],
  ['plan_required', 'self_transfer', () => s.held.by(s.mia, 'transfer', toMia())],
  ['plan_required', 'target_not_permitted', () => s.held.by(s.mia, 'transfer', toNobody)],
  ['permission_denied', 'message_required', () => s.held.by(s.otto, 'takeover')],
  ['permission_denied', 'self_transfer', () => s.pro.held.by(s.pro.max, 'transfer', toMax())],
  [
    'permission_denied',
    'target_not_permitted',
    () => s.pro.held.by(s.pro.max, 'transfer', toNobody),
  ],
  ['not_assignee', 'no_agent_available', notAssigneeWhileNobodyIsOnline],
]

const text = { message: { text: 'Hello' } }
const toNobody = { userId: 'usr_nobody' }
const toMia = () => ({ userId: s.mia.id })
const toMax = () => ({ userId: s.pro.max.id })
const toTeam = () => ({ teamId: s.w.support.id })

async function notAssigneeWhileNobodyIsOnline(): Promise<Answered> {
  const { w, asksFirst } = s.pro
  const { id } = await w.chat({ aiAgentId: asksFirst.id })
  const path = `/v1/conversations/${id}`
  await w.admin.post(`${path}/takeover`, text)
  return w.channel.post(`${path}/handoff`, {})
}

test.each(rows)('%s comes before %s', async (first, _before, ask) => {
  const answered = await ask()
  expect(answered.body, answered.text).toMatchObject({ code: first })
})

test('what is refused before a command exists is not on record', async () => {
  const { w, olga } = s
  const before = await s.held.commands()
  await s.held.by(w.channel, 'transfer', toMia())
  await s.held.by(olga, 'transfer', { userId: 1 })
  await s.held.by(s.nils, 'close')
  await s.held.by(api.root, 'close')
  expect(await s.held.commands()).toEqual(before)
})

test('what is refused as a command is on record with its reason', async () => {
  const answered = await s.held.by(s.olga, 'transfer', toMia())
  const latest = (await s.held.commands()).at(-1)
  expect(latest).toMatchObject({
    id: answered.body.commandId,
    kind: 'transfer',
    actor: { type: 'user', id: s.olga.id },
    outcome: 'refused',
    code: 'not_assignee',
  })
})

test.each([
  ['handoff', 'a user', () => s.mia],
  ['handoff', 'root', () => api.root],
  ['transfer', 'an AI agent', () => s.w.ava],
  ['transfer', 'an API key', () => s.w.channel],
  ['transfer', 'root', () => api.root],
  ['team-transfer', 'an AI agent', () => s.w.ava],
  ['team-transfer', 'an API key', () => s.w.channel],
  ['takeover', 'an AI agent', () => s.w.ava],
  ['takeover', 'an API key', () => s.w.channel],
  ['takeover', 'root', () => api.root],
  ['close', 'an API key', () => s.w.channel],
  ['close', 'root', () => api.root],
  ['cancel-handoff', 'a user', () => s.mia],
  ['cancel-handoff', 'root', () => api.root],
  ['status', 'an AI agent', () => s.w.ava],
  ['status', 'an API key', () => s.w.channel],
])('%s by %s is 403', async (what, _who, who) => {
  const bodies: Record<string, object> = {
    transfer: toMia(),
    'team-transfer': toTeam(),
    status: { status: 'open' },
  }
  const answered = await s.held.by(who() as Person, what, { ...bodies[what] })
  expect(answered.status).toBe(403)
  expect(answered.body).toMatchObject({ code: 'permission_denied' })
  expect(answered.body).not.toHaveProperty('commandId')
})
