import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type OwnService, ownService } from '../harness/processes.ts'
import { aWorkspace, expectStatus, type Workspace } from '../harness/workspace.ts'
import { holdConversation, soon, untilBlocked, untilSettled } from './holding.ts'
import { expectInvariants } from './invariants.ts'
import { aTakeover } from './takeover.ts'

let service: OwnService
let w: Workspace
beforeAll(async () => {
  service = await ownService()
  w = await aWorkspace(service.forWorkspaces)
}, 90_000)
afterAll(() => service?.close())
afterEach(async () => {
  service.thaw()
  await expectInvariants(service.db)
})

const untilNotReady = () => soon(async () => !(await service.isReady()), 'it is not ready')

test('while Temporal is frozen a command is refused, and carried out once when its key comes again', async () => {
  const { chat, asking } = await aTakeover(w)
  service.temporal.freeze()
  const answers = await Promise.all([asking.once(), asking.once()])
  expect(answers).toMatchObject([{ status: 503 }, { status: 503 }])
  expect(await chat.commands()).toEqual([])
  service.temporal.thaw()
  expectStatus(await asking.answered(), 200)
  expect(await chat.messages()).toHaveLength(1)
}, 40_000)

test.each(['temporal', 'postgres'] as const)(
  'a command sent while %s is frozen for seconds is carried out once',
  async (frozen) => {
    const { chat, asking } = await aTakeover(w)
    service.parts[frozen].freeze()
    const sent = [asking.once(), asking.once()]
    await untilNotReady()
    service.parts[frozen].thaw()
    await Promise.all(sent)
    expectStatus(await asking.answered(), 200)
    expect(new Set(asking.answers.map((one) => one.text)).size).toBe(1)
    expect(await chat.messages()).toHaveLength(1)
  },
  40_000,
)

test.each(['temporal', 'postgres'] as const)(
  'a command under way while %s freezes for seconds is carried out once',
  async (frozen) => {
    const { chat, asking } = await aTakeover(w)
    const hold = await holdConversation(service.db, chat.id)
    const sent = asking.once(10)
    await untilBlocked(service.db, 1)
    service.parts[frozen].freeze()
    const released = hold.release()
    await untilNotReady()
    service.parts[frozen].thaw()
    await Promise.all([released, sent])
    expectStatus(await asking.answered(), 200)
    expect(new Set(asking.answers.map((one) => one.text)).size).toBe(1)
    expect(await chat.messages()).toHaveLength(1)
  },
  40_000,
)

test('an API told to end answers what is in flight, and ends', async () => {
  const { chat, asking } = await aTakeover(w)
  const hold = await holdConversation(service.db, chat.id)
  const sent = asking.once(10)
  await untilBlocked(service.db, 1)
  const stopped = service.api.stop()
  await hold.release()
  expect((await sent)?.status).toBe(200)
  expect(await stopped).toBe(0)
  await service.api.start()
  await service.ready()
  expect(await chat.messages()).toHaveLength(1)
}, 40_000)

test('a worker told to end while Temporal is frozen ends within 8 s', async () => {
  service.temporal.freeze()
  const began = Date.now()
  expect(await service.worker.stop()).toBe(0)
  expect(Date.now() - began).toBeLessThan(8_000)
  service.temporal.thaw()
  await service.worker.start()
  await service.ready()
}, 40_000)

test('a worker told to end settles what it is at, and ends', async () => {
  const { chat, asking } = await aTakeover(w)
  const hold = await holdConversation(service.db, chat.id)
  const sent = asking.once(10)
  await untilBlocked(service.db, 1)
  const stopped = service.worker.stop()
  await hold.release()
  expect(await stopped).toBe(0)
  await untilSettled(service.db, chat.id)
  expect((await sent)?.status).toBe(200)
  await service.worker.start()
}, 40_000)
