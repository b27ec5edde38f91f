import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  findCommand,
  insertCommand,
  reviveCommand,
  withdrawCommand,
} from '../../db/commands/commands.ts'
import { newId } from '../../db/ids.ts'
import { hold, soon, untilBlocked, untilSettled } from '../crash/holding.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { aChat } from '../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi({ sweeps: false })
  w = await aWorkspace(api)
})
afterAll(() => api.close())

/** Until the workflow has been given this many signals. */
async function untilGiven(conversationId: string, count: number): Promise<void> {
  const handle = api.temporal.workflow.getHandle(`conversation/${conversationId}`)
  const given = async () => {
    const { events = [] } = await handle.fetchHistory()
    const last = events?.findLastIndex((one) => one.workflowTaskStartedEventAttributes) ?? -1
    const before = events?.slice(0, last) ?? []
    return before.filter((one) => one.workflowExecutionSignaledEventAttributes).length >= count
  }
  await soon(given, `${count} signals of ${conversationId}`)
}

test('a command revived while its withdrawal is found out is carried out', async () => {
  const { db } = api.database.client
  const chat = await aChat(w)
  await chat.does(w.admin, 'takeover', { message: { text: 'Mine' } })
  const command = await insertCommand(db, {
    ...{ id: newId('command'), workspaceId: w.id, conversationId: chat.id, kind: 'status' },
    ...{ actorType: 'user', actorId: w.admin.id, payload: { status: 'pending' } },
  })
  await withdrawCommand(db, command.id)
  // Its settlement has read that it was withdrawn, and waits for the conversation's row.
  const held = await hold(db, (tx) => tx.execute(sql`lock table conversations`))
  await api.engine.signal(command)
  await untilBlocked(db, 1)
  await reviveCommand(db, command.id)
  await api.engine.signal(command)
  await untilGiven(chat.id, 3)
  await held.release()
  await untilSettled(db, chat.id, { count: 2 })
  expect(await findCommand(db, command.id)).toMatchObject({ outcome: 'accepted' })
  expect((await chat.now()).status).toBe('pending')
}, 40_000)
