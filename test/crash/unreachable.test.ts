import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type OwnService, ownService } from '../harness/processes.ts'
import { aWorkspace, expectStatus, type Workspace } from '../harness/workspace.ts'
import { soon } from './holding.ts'
import { expectInvariants } from './invariants.ts'
import { aTakeover } from './takeover.ts'

let service: OwnService
let w: Workspace
beforeAll(async () => {
  service = await ownService()
  w = await aWorkspace(service.forWorkspaces)
}, 90_000)
afterAll(() => service?.close())
afterEach(() => expectInvariants(service.db))

const refusal = { status: 503, body: { code: 'engine_unavailable' } }
const workerLog = () => readFileSync(join(service.dataDir, 'worker.log'), 'utf8')
const pids = () => [service.api.pid(), service.worker.pid()]

test('without Temporal a command is withdrawn, and carried out once when its key comes again', async () => {
  const { chat, asking } = await aTakeover(w)
  await service.temporal.kill()
  expect(await service.isReady()).toBe(false)
  const refused = await asking.once()
  expect(refused).toMatchObject(refusal)
  expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(await chat.commands()).toEqual([])
  expect(await chat.messages()).toEqual([])
  await service.temporal.start()
  await service.ready()
  expectStatus(await asking.answered(), 200)
  expect(await chat.commands()).toHaveLength(1)
  expect(await chat.messages()).toHaveLength(1)
}, 40_000)

test('without PostgreSQL everything is 503, and API and worker go on when it is back', async () => {
  const { chat, asking } = await aTakeover(w)
  const before = pids()
  await service.postgres.kill()
  expect(await asking.once()).toMatchObject(refusal)
  expect(await w.channel.get(chat.path)).toMatchObject(refusal)
  expect(await service.isReady()).toBe(false)
  await service.postgres.start()
  await service.ready()
  expectStatus(await asking.answered(), 200)
  expect(await chat.messages()).toHaveLength(1)
  expect(pids()).toEqual(before)
  await soon(async () => (await chat.now()).epoch === 2, 'the API lives')
}, 40_000)

test('API and worker started before PostgreSQL and Temporal come up when these come', async () => {
  const { chat, asking } = await aTakeover(w)
  await Promise.all(Object.values(service.parts).map((part) => part.kill()))
  rmSync(join(service.dataDir, 'worker.log'))
  await Promise.all([service.api.start(), service.worker.start()])
  const healthz = async () => (await fetch(`${service.url}/healthz`)).ok
  await soon(healthz, 'the API is alive')
  expect(await service.isReady()).toBe(false)
  expect(await asking.once()).toMatchObject(refusal)
  await soon(async () => workerLog().includes('trying again'), 'the worker gives up once')
  await service.temporal.start()
  expect(await asking.once()).toMatchObject(refusal)
  await service.postgres.start()
  await service.ready()
  expectStatus(await asking.answered(), 200)
  expect(await chat.messages()).toHaveLength(1)
}, 60_000)

test.each(['temporal', 'postgres'] as const)(
  'without %s SIGTERM ends API and worker in order',
  async (gone) => {
    // Answered only by a worker that runs, and so listens for signals.
    const { asking } = await aTakeover(w)
    expectStatus(await asking.answered(), 200)
    await service.parts[gone].kill()
    await soon(async () => !(await service.isReady()), 'it is not ready')
    const since = Date.now()
    expect(await Promise.all([service.api.stop(), service.worker.stop()])).toEqual([0, 0])
    expect(Date.now() - since).toBeLessThan(8_000)
    await Promise.all([service.parts[gone].start(), service.api.start(), service.worker.start()])
    await service.ready()
  },
  60_000,
)
