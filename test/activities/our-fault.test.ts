import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSettle } from '../../activities/settle.ts'
import { findCommand, insertCommand } from '../../db/commands/commands.ts'
import { findConversation } from '../../db/conversations/row.ts'
import { newId } from '../../db/ids.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { aWorkspace, type Person, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
const lines: string[] = []

beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
  mia = await w.user('Mia')
})
afterAll(() => api.close())

function settle(conversationId: string, commandId: string) {
  const { db } = api.database.client
  const log = pino({ level: 'error' }, { write: (line) => void lines.push(line) })
  return createSettle({ db, engine: api.engine, log })({
    conversationId,
    commandId,
    version: 1,
    refusal: null,
  })
}

/** A ticket that Mia holds, with an impossible transfer: no schema would accept it. */
async function brokenTransfer() {
  const { db } = api.database.client
  const { id: conversationId } = await w.ticket(mia, mia)
  const command = await insertCommand(db, {
    id: newId('command'),
    workspaceId: w.id,
    conversationId,
    kind: 'transfer',
    actorType: 'user',
    actorId: mia.id,
    payload: { note: 'Secret note' },
  })
  return { conversationId, commandId: command.id }
}

test('a bug is settled as our fault, once, and changes nothing', async () => {
  const { conversationId, commandId } = await brokenTransfer()
  const settlement = await settle(conversationId, commandId)
  expect(settlement).toMatchObject({ outcome: 'refused', code: 'internal_error' })
  const answered = await mia.get(`/v1/commands/${commandId}`)
  expect(answered.body.answer).toMatchObject({
    status: 500,
    body: { code: 'internal_error', commandId },
  })
  const row = await findConversation(api.database.client.db, conversationId)
  expect(row).toMatchObject({ version: 1, epoch: 1, assigneeUserId: mia.id })
  expect(await settle(conversationId, commandId)).toEqual(settlement)
})

test('the log of a bug says where it is, and has no text of the conversation', async () => {
  const { conversationId, commandId } = await brokenTransfer()
  await settle(conversationId, commandId)
  const line = lines.find((one) => one.includes(commandId))
  expect(line).toMatch(/settle\/transfer\.ts|settle\.ts/)
  expect(line).not.toContain('Secret')
})

test('a command of another conversation is left alone', async () => {
  const { commandId } = await brokenTransfer()
  const { id } = await w.ticket(mia, mia)
  expect(await settle(id, commandId)).toMatchObject({ outcome: 'noop' })
  expect(await findCommand(api.database.client.db, commandId)).toMatchObject({ outcome: 'pending' })
})
