import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningWorker } from '../../../bin/run/worker.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Answered, Caller } from '../../harness/caller.ts'
import { aLivechat, aQueuedChat, aRole, aTeam, type Talk, told } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../../harness/workspace.ts'

const PATIENCE = { timeout: 10_000 }

let api: TestApi
let worker: RunningWorker
let w: Workspace
let mia: Person
let noor: Person
beforeAll(async () => {
  api = await testApi({ worker: false })
  worker = await api.startWorker()
  w = await aWorkspace(api)
  const own = { view: 'own', manage: 'own', transfer: true }
  const roleId = await aRole(w, { livechats: own })
  mia = await w.user('Mia', { online: false, roleId })
  noor = await w.user('Noor', { online: false, roleId })
})
afterAll(async () => {
  await worker.stop()
  await api.close()
})

/** What happens while nobody serves the conversations; then somebody does again. */
async function whileNobodyWorks<T>(run: () => Promise<T>): Promise<T> {
  await worker.stop()
  try {
    return await run()
  } finally {
    worker = await api.startWorker()
  }
}

const ASYNC = { prefer: 'respond-async' }
const NOW = { prefer: 'wait=0' }

async function settled(who: Caller, path: string) {
  await expect.poll(async () => (await who.get(path)).body.outcome, PATIENCE).not.toBe('pending')
  return expectStatus(await who.get(path), 200)
}

function expectPending(answered: Answered, chat: Talk): string {
  expect(answered.status, answered.text).toBe(202)
  const { command, ...rest } = answered.body
  expect(rest).toEqual({})
  expect(command).toEqual({
    id: expect.any(String),
    kind: 'transfer',
    conversationId: chat.id,
    actor: { type: 'user', id: mia.id },
    outcome: 'pending',
    createdAt: expect.any(String),
    settledAt: null,
  })
  expect(answered.headers.get('location')).toBe(`/v1/commands/${command.id}`)
  return `/v1/commands/${command.id}`
}

test('what is not settled within the wait is answered 202, carried out once, and its answer kept', async () => {
  const chat = await aLivechat(w, mia)
  const body = { userId: noor.id, note: 'Later' }
  const path = await whileNobodyWorks(async () => {
    const location = expectPending(await chat.by(mia, 'transfer', body, ASYNC), chat)
    expect((await mia.get(location)).body).toMatchObject({ outcome: 'pending', settledAt: null })
    expect((await mia.get(location)).body).not.toHaveProperty('answer')
    expect(await chat.now()).toMatchObject({ assignee: { id: mia.id }, epoch: 2 })
    expect((await chat.commands()).at(-1)).toMatchObject({ outcome: 'pending' })
    return location
  })
  const { answer, ...command } = await settled(mia, path)
  expect(command).toMatchObject({ outcome: 'accepted', settledAt: expect.any(String) })
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({
    command,
    conversation: { assignee: { id: noor.id }, epoch: 3 },
    assignment: { number: 3, note: 'Later', commandId: command.id },
    targetAway: true,
  })
  expect(await chat.now()).toMatchObject({ assignee: { id: noor.id }, epoch: 3 })
  expect((await chat.commands()).at(-1)).toEqual(command)
})

test('a refusal that came later is kept as well', async () => {
  const chat = await aLivechat(w, mia)
  const path = await whileNobodyWorks(async () =>
    expectPending(await chat.by(mia, 'transfer', { userId: mia.id }, NOW), chat),
  )
  const { answer, ...command } = await settled(mia, path)
  expect(command).toMatchObject({ outcome: 'refused', code: 'self_transfer' })
  expect(answer).toMatchObject({
    status: 422,
    body: { code: 'self_transfer', commandId: command.id },
  })
})

test('Prefer: wait=N waits that long and no longer', async () => {
  const chat = await aLivechat(w, mia)
  await whileNobodyWorks(async () => {
    const began = performance.now()
    const answered = await chat.by(mia, 'transfer', { userId: noor.id }, { prefer: 'wait=1' })
    const waited = performance.now() - began
    expectPending(answered, chat)
    expect(waited).toBeGreaterThan(990)
    expect(waited).toBeLessThan(8_000)
  })
})

test('who waits is answered as soon as somebody works again', async () => {
  const chat = await aLivechat(w, mia)
  const waiting = await whileNobodyWorks(async () => ({
    answer: chat.by(mia, 'transfer', { userId: noor.id }, { prefer: 'wait=30' }),
  }))
  const answered = await waiting.answer
  expect(answered.status).toBe(200)
  expect(answered.body.command.outcome).toBe('accepted')
})

test.each([
  'wait=0',
  'wait=10',
  'wait = 5',
  'wait="5"',
  'handling=lenient',
  'respond-async, wait=5',
  'WAIT=5',
])('Prefer: %s is understood or ignored', async (prefer) => {
  const chat = await aLivechat(w, mia)
  const answered = await chat.by(mia, 'status', { status: 'pending' }, { prefer })
  expect([200, 202]).toContain(answered.status)
  await expect.poll(async () => (await chat.now()).status, PATIENCE).toBe('pending')
})

test.each(['wait=31', 'wait=-1', 'wait=soon', 'wait=1.5', 'wait='])(
  'Prefer: %s is a 400',
  async (prefer) => {
    const chat = await aLivechat(w, mia)
    const refused = await chat.by(mia, 'status', { status: 'pending' }, { prefer })
    expect(told(refused)).toMatchObject({ code: 'invalid_request' })
    expect(await chat.commands()).toHaveLength(1)
  },
)

test('a repeat of its key meets the same command, pending and then with its first answer', async () => {
  const chat = await aLivechat(w, mia)
  const body = { userId: noor.id }
  const ask = (prefer: Record<string, string> = {}) =>
    chat.by(mia, 'transfer', body, { 'idempotency-key': 'later', ...prefer })
  const inFlight = await whileNobodyWorks(async () => {
    const first = await ask(ASYNC)
    const second = await ask(NOW)
    expect(expectPending(second, chat)).toBe(expectPending(first, chat))
    return { id: first.body.command.id, both: [ask(), ask()] }
  })
  const [one, other] = await Promise.all(inFlight.both)
  expect(one).toMatchObject({ status: 200, body: { command: { id: inFlight.id } } })
  expect(other?.text).toBe(one?.text)
  const again = await ask(ASYNC)
  expect(again).toMatchObject({ status: 200, text: one?.text })
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect((await chat.now()).epoch).toBe(3)
})

test('many requests under one key while no worker runs get the same answer', async () => {
  const chat = await aLivechat(w, mia)
  const key = { 'idempotency-key': 'many' }
  const { answers } = await whileNobodyWorks(async () => ({
    answers: Array.from({ length: 6 }, () => chat.by(mia, 'transfer', { userId: noor.id }, key)),
  }))
  const all = await Promise.all(answers)
  expect(new Set(all.map((one) => `${one.status} ${one.text}`)).size).toBe(1)
  expect(all[0]?.status).toBe(200)
  expect(await chat.assignments()).toHaveLength(3)
})

test('its actor reads a command with its answer, others of the conversation without, nobody else', async () => {
  const chat = await aLivechat(w, mia)
  const { command } = await chat.does(mia, 'transfer', { userId: noor.id })
  const path = `/v1/commands/${command.id}`
  expect((await mia.get(chat.path)).status).toBe(404)
  const own = expectStatus(await mia.get(path), 200)
  expect(own).toMatchObject({ ...command, answer: { status: 200, body: { command } } })
  for (const who of [noor, w.admin, w.channel]) {
    expect(expectStatus(await who.get(path), 200)).toEqual(command)
  }
  const other = await aWorkspace(api)
  for (const who of [w.ava, other.admin, other.channel]) {
    expect(told(await who.get(path))).toEqual({ status: 404, code: 'not_found' })
  }
  expect((await api.root.get(path)).status).toBe(403)
  const stranger = await w.user('Stranger', { roleId: await aRole(w, {}) })
  expect((await stranger.get(path)).status).toBe(404)
})

test('the answer that is kept is the one that was sent', async () => {
  const chat = await aLivechat(w, mia)
  const first = await chat.by(mia, 'transfer', { userId: noor.id })
  await chat.does(noor, 'close')
  const { answer } = (await mia.get(`/v1/commands/${first.body.command.id}`)).body
  expect(answer).toEqual({ status: 200, body: first.body })
})

test('commands of the service itself cannot be read', async () => {
  const chat = await aLivechat(w, mia)
  await chat.does(mia, 'status', { status: 'resolved' })
  await chat.does(w.channel, 'messages', { text: 'Again', from: 'player' })
  const rows = await api.database.client.sql`
    select id from commands where conversation_id = ${chat.id} and kind = 'inbound'`
  expect(rows).toHaveLength(1)
  expect((await w.admin.get(`/v1/commands/${rows[0]?.id}`)).status).toBe(404)
})

test('textless takeovers of what was queued when they came are claims, without an epoch too', async () => {
  const team = await aTeam(w, 'Crowd')
  const roleId = await aRole(w, { livechats: { view: 'own', manage: 'own' } })
  const join = (name: string) => w.user(name, { teams: [team], roleId, online: false })
  const crowd = [await join('A'), await join('B'), await join('C'), await join('D')]
  const chat = await aQueuedChat(w, team)
  const paths = await whileNobodyWorks(async () => {
    const answers = await Promise.all(crowd.map((one) => chat.by(one, 'takeover', {}, ASYNC)))
    return answers.map((one) => one.headers.get('location') as string)
  })
  const ended = await Promise.all(paths.map((path, n) => settled(crowd[n] as Person, path)))
  const won = ended.filter((one) => one.outcome === 'accepted')
  expect(won).toHaveLength(1)
  const { assignee } = await chat.now()
  expect(assignee.id).toBe(won[0].actor.id)
  for (const lost of ended.filter((one) => one.outcome !== 'accepted')) {
    expect(lost).toMatchObject({
      code: 'assignee_changed',
      answer: { body: { assignee, epoch: 3 } },
    })
  }
})

test('commands wait in the order in which they came', async () => {
  const chat = await aLivechat(w, mia)
  const statuses = ['pending', 'overdue', 'resolved', 'open', 'pending']
  const paths = await whileNobodyWorks(async () => {
    const sent: string[] = []
    for (const status of statuses) {
      sent.push((await chat.by(mia, 'status', { status }, ASYNC)).headers.get('location') as string)
    }
    return sent
  })
  const ended = await Promise.all(paths.map((path) => settled(mia, path)))
  const versions = ended.map((one) => one.answer.body.conversation)
  expect(versions.map((one) => one.status)).toEqual(statuses)
  expect(versions.map((one) => one.version)).toEqual([3, 4, 5, 6, 7])
})
