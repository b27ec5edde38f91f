import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { insertCommand } from '../../db/commands/commands.ts'
import { newId } from '../../db/ids.ts'
import { commands } from '../../db/schema.ts'
import { type OwnService, ownService } from '../harness/processes.ts'
import { aChat } from '../harness/scenes.ts'
import { aWorkspace, expectStatus, type Workspace } from '../harness/workspace.ts'
import { holdConversation, soon, untilBlocked, untilSettled } from './holding.ts'
import { expectInvariants } from './invariants.ts'
import { aTakeover } from './takeover.ts'

/** The sweeper looks every 3 s for what has been pending for 5 s. */
const SWEPT_WITHIN_MS = 12_000

let service: OwnService
let w: Workspace
beforeAll(async () => {
  service = await ownService()
  w = await aWorkspace(service.forWorkspaces)
}, 90_000)
afterAll(() => service?.close())
afterEach(() => expectInvariants(service.db))

const workflowOf = (id: string) => service.engine.workflow.getHandle(`conversation/${id}`)

async function untilPending(conversationId: string): Promise<void> {
  const { db } = service
  const rows = () => db.select().from(commands).where(eq(commands.conversationId, conversationId))
  await soon(async () => (await rows()).length > 0, `a command of ${conversationId}`)
}

test('a command whose signal was never sent is settled by a sweeper', async () => {
  const chat = await aChat(w)
  await insertCommand(service.db, {
    id: newId('command'),
    workspaceId: w.id,
    conversationId: chat.id,
    kind: 'takeover',
    actorType: 'user',
    actorId: w.admin.id,
    payload: { text: 'Let me' },
  })
  await untilSettled(service.db, chat.id, { withinMs: SWEPT_WITHIN_MS })
  expect(await chat.messages()).toHaveLength(1)
})

test('a command whose signal died with API and Temporal is settled though nobody asks again', async () => {
  const { api, temporal } = service
  const { chat, asking } = await aTakeover(w)
  temporal.freeze()
  const sent = asking.once()
  await untilPending(chat.id)
  await Promise.all([api.kill(), temporal.kill()])
  expect(await sent).toBeNull()
  await Promise.all([api.start(), temporal.start()])
  await service.ready()
  await untilSettled(service.db, chat.id, { withinMs: 2 * SWEPT_WITHIN_MS })
  const answer = await asking.answered()
  expectStatus(answer, 200)
  expect(answer.headers.get('idempotency-replayed')).toBe('true')
  expect(await chat.messages()).toHaveLength(1)
}, 40_000)

test('a workflow terminated while its command waits settles it once', async () => {
  const { chat, asking } = await aTakeover(w)
  const hold = await holdConversation(service.db, chat.id)
  const sent = asking.once(10)
  await untilBlocked(service.db, 1)
  await workflowOf(chat.id).terminate('by the crash test')
  await hold.release()
  await Promise.all([sent, asking.answered()])
  expectStatus(await asking.answered(), 200)
  expect(new Set(asking.answers.map((one) => one.text)).size).toBe(1)
  expect(await chat.messages()).toHaveLength(1)
})

/** `RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL` of the engine's API. */
const SIGNAL = 1

test.each([
  ['keeping', []],
  ['losing', [SIGNAL]],
])(
  'a workflow reset to its first task, %s its signals, does nothing twice and goes on by the row',
  async (_, resetReapplyExcludeTypes) => {
    const { chat, asking } = await aTakeover(w)
    expectStatus(await asking.answered(), 200)
    for (const status of ['pending', 'overdue', 'resolved']) {
      await chat.does(w.admin, 'status', { status })
    }
    const handle = workflowOf(chat.id)
    const { runId } = await handle.describe()
    const { events } = await handle.fetchHistory()
    const first = events?.find((event) => event.workflowTaskCompletedEventAttributes)
    await service.engine.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: handle.workflowId, runId },
      workflowTaskFinishEventId: first?.eventId,
      requestId: randomUUID(),
      reason: 'by the crash test',
      resetReapplyExcludeTypes,
    })
    const { conversation } = await chat.does(w.admin, 'status', { status: 'open' })
    expect(conversation).toMatchObject({ status: 'open', epoch: 2, version: 6 })
    expect((await handle.describe()).runId).not.toBe(runId)
    expect(await chat.messages()).toHaveLength(1)
  },
)
