import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Answered } from '../harness/caller.ts'
import { type OwnService, ownService } from '../harness/processes.ts'
import { aChat } from '../harness/scenes.ts'
import { aWorkspace, expectStatus, type Workspace } from '../harness/workspace.ts'
import { asking } from './asking.ts'
import { holdConversation, holdEvents, soon, untilBlocked, untilSettled } from './holding.ts'
import { expectInvariants } from './invariants.ts'
import { aTakeover } from './takeover.ts'

const IN_TIME_MS = 10_000

let service: OwnService
let w: Workspace
beforeAll(async () => {
  service = await ownService()
  w = await aWorkspace(service.forWorkspaces)
}, 90_000)
afterAll(() => service?.close())
afterEach(async () => {
  service.thaw()
  await service.ready()
  await expectInvariants(service.db)
})

type Told = { status: number; detail: string; retryAfter: string | null; inTime: boolean }

async function told(sent: Promise<Answered | null>): Promise<Told | null> {
  const since = Date.now()
  const answer = await sent
  if (!answer) return null
  const { status, body, headers } = answer
  const inTime = Date.now() - since < IN_TIME_MS
  return { status, detail: body.detail, retryAfter: headers.get('retry-after'), inTime }
}

const refusal = (end: string) => ({
  status: 503,
  detail: `The database does not answer${end}`,
  retryAfter: expect.stringMatching(/^\d+$/),
  inTime: true,
})
const ONLY_A_REPEAT =
  '. Only a repeat with the same Idempotency-Key can tell whether it was carried out'
const NOT_KNOWN = expect.stringMatching(
  /^The database does not answer\. (Whether it was carried out is not known|Not carried out)$/,
)

test('while PostgreSQL is frozen everything is refused in time, and done once when it thaws', async () => {
  const { chat, asking: takeover } = await aTakeover(w)
  const quiet = await aChat(w)
  const said = asking(w.channel, `${quiet.path}/messages`, { text: 'Hello', from: 'player' })
  const text = { text: 'Hi', from: 'player' }
  service.postgres.freeze()
  const keyed = [takeover.once(1), takeover.once(30), takeover.once(10), said.once()]
  const reads = [w.admin.get(chat.path), w.admin.get('/v1/users'), w.admin.get('/v1/events')]
  const unkeyed = [
    w.channel.post(`${quiet.path}/messages`, text),
    w.admin.post('/v1/teams', { name: 'Late', teamspaceIds: [] }, { 'idempotency-key': 'k' }),
  ]
  const many = Array.from({ length: 40 }, () => w.admin.get(chat.path))
  const isReady = service.isReady()
  for (const one of await Promise.all(keyed.map(told))) expect(one).toEqual(refusal(ONLY_A_REPEAT))
  for (const one of await Promise.all([...reads, ...many].map(told))) {
    expect(one).toEqual(refusal(''))
  }
  for (const one of await Promise.all(unkeyed.map(told))) {
    expect(one).toEqual({ ...refusal(''), detail: NOT_KNOWN })
  }
  expect(await isReady).toBe(false)
  service.postgres.thaw()
  await service.ready()
  expectStatus(await takeover.answered(), 200)
  expectStatus(await said.answered(), 201)
  expect(await chat.messages()).toHaveLength(1)
  expect(
    (await quiet.messages()).filter((one: { text: string }) => one.text === 'Hello'),
  ).toHaveLength(1)
}, 60_000)

test('a client that waits when PostgreSQL freezes is told so, and a repeat tells the result', async () => {
  const { chat, asking } = await aTakeover(w)
  const hold = await holdConversation(service.db, chat.id)
  const sent = told(asking.once(30))
  await untilBlocked(service.db, 1)
  const since = Date.now()
  service.postgres.freeze()
  const released = hold.release()
  expect(await sent).toMatchObject({ ...refusal(ONLY_A_REPEAT), inTime: expect.any(Boolean) })
  expect(Date.now() - since).toBeLessThan(IN_TIME_MS)
  service.postgres.thaw()
  await released
  expectStatus(await asking.answered(), 200)
  expect(await chat.messages()).toHaveLength(1)
}, 60_000)

test('a command that waits its time on a healthy database is told that it is pending', async () => {
  const { chat, asking } = await aTakeover(w)
  await service.worker.kill()
  const since = Date.now()
  expect(await asking.once(12)).toMatchObject({ status: 202 })
  expect(Date.now() - since).toBeGreaterThan(11_900)
  await service.worker.start()
  expectStatus(await asking.answered(), 200)
  expect(await chat.messages()).toHaveLength(1)
}, 60_000)

test('a repeat without a database is told that only another repeat can tell', async () => {
  const { chat, asking } = await aTakeover(w)
  const hold = await holdConversation(service.db, chat.id)
  const first = asking.once(10)
  await untilBlocked(service.db, 1)
  await service.api.kill()
  expect(await first).toBeNull()
  await service.postgres.kill()
  await hold.release()
  await service.api.start()
  await soon(async () => (await fetch(`${service.url}/healthz`)).ok, 'the API is alive')
  expect(await told(asking.once())).toEqual(refusal(ONLY_A_REPEAT))
  await service.postgres.start()
  await service.ready()
  await untilSettled(service.db, chat.id)
  expectStatus(await asking.answered(), 200)
  expect(await chat.messages()).toHaveLength(1)
}, 60_000)

test('when the answer of a commit is lost, the client is told that only a repeat can tell', async () => {
  const { path } = await aChat(w)
  const hold = await holdEvents(service.db, w.id)
  const said = asking(w.channel, `${path}/messages`, { text: 'Hello', from: 'player' })
  const begun = asking(w.channel, '/v1/conversations', {
    ...{ kind: 'chat', aiAgentId: w.ava.id },
    player: { externalId: 'lost' },
  })
  const sent = [told(said.once()), told(begun.once())]
  await untilBlocked(service.db, 2)
  await service.postgres.kill()
  await hold.release()
  for (const one of await Promise.all(sent)) expect(one).toEqual(refusal(ONLY_A_REPEAT))
  await service.postgres.start()
  await service.ready()
  expectStatus(await said.answered(), 201)
  expectStatus(await begun.answered(), 201)
}, 60_000)
