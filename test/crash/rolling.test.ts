import { afterAll, beforeAll, expect, test } from 'vitest'
import { TASK_QUEUE } from '../../engine/signal.ts'
import type { Program } from '../harness/parts.ts'
import { type OwnService, ownService } from '../harness/processes.ts'
import { aChat, type Talk } from '../harness/scenes.ts'
import { aWorkspace, expectStatus, type Workspace } from '../harness/workspace.ts'
import { soon, untilSettled } from './holding.ts'
import { expectInvariants } from './invariants.ts'

const CHATS = 6
const COMMANDS_EACH = 15
const STOPS = 4

let service: OwnService
let w: Workspace
let workers: [Program, Program]
beforeAll(async () => {
  service = await ownService()
  w = await aWorkspace(service.forWorkspaces)
  workers = [service.worker, await service.anotherWorker()]
  await Promise.all(workers.map(untilPolling))
}, 90_000)
afterAll(() => service?.close())

/** `TASK_QUEUE_TYPE_WORKFLOW` of the engine's API. */
const WORKFLOW = 1

/** Resolves once it polls for workflow tasks. */
async function untilPolling(worker: Program): Promise<void> {
  const queue = { namespace: 'default', taskQueue: { name: TASK_QUEUE }, taskQueueType: WORKFLOW }
  const isSo = async () => {
    const { pollers } = await service.engine.workflowService.describeTaskQueue(queue)
    return (pollers ?? []).some(({ identity }) => identity?.startsWith(`${worker.pid()}@`))
  }
  await soon(isSo, 'the worker asks for tasks', 30_000)
}

async function burst(chat: Talk): Promise<void> {
  for (let n = 0; n < COMMANDS_EACH; n++) {
    const body = { status: n % 2 ? 'open' : 'pending' }
    expectStatus(await chat.by(w.admin, 'status', body, { prefer: 'wait=30' }), 200)
  }
}

// Without it a worker that stops abandons its polls, and the server gives tasks to them still: each
// command among them waits 5 s for a time-out.
test('the server ends the polls of a worker that stops', async () => {
  const { namespaceInfo } = await service.engine.workflowService.describeNamespace({
    namespace: 'default',
  })
  expect(namespaceInfo?.capabilities?.workerPollCompleteOnShutdown).toBe(true)
})

test('a worker told to end in the middle of a burst leaves every command to be carried out once', async () => {
  const chats = await Promise.all(Array.from({ length: CHATS }, () => aChat(w)))
  for (const chat of chats) await chat.does(w.admin, 'takeover', { message: { text: 'Mine' } })
  for (let stop = 0; stop < STOPS; stop++) {
    const worker = workers[stop % 2] as Program
    const settled = CHATS * (1 + stop * COMMANDS_EACH)
    const bursts = chats.map(burst)
    await untilSettled(service.db, null, { count: settled + CHATS * 3, withinMs: 30_000 })
    expect(await worker.stop()).toBe(0)
    await Promise.all(bursts)
    await worker.start()
    await untilPolling(worker)
  }
  await expectInvariants(service.db)
}, 180_000)
