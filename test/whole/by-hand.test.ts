import { afterAll, beforeAll, expect, test } from 'vitest'
import { findCommand, insertCommand } from '../../db/commands/commands.ts'
import { newId } from '../../db/ids.ts'
import type { CommandPayload } from '../../db/schema.ts'
import { type SignalledKind, signalNames } from '../../domain/signals.ts'
import { soon } from '../crash/holding.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { aLivechat, type Talk } from '../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let w: Workspace
let mia: Person
beforeAll(async () => {
  api = await testApi({ sweeps: false })
  w = await aWorkspace(api)
  mia = await w.user('Mia')
})
afterAll(() => api.close())

type Asked = { kind: SignalledKind; payload: CommandPayload }

/** The outcome of the admin's command when a signal made by hand tells the workflow of it. */
async function signalledByHand(
  chat: Talk,
  asked: Asked,
  kind: SignalledKind,
  actor: Person | null,
) {
  const { db } = api.database.client
  const id = newId('command')
  const by = { actorType: 'user' as const, actorId: w.admin.id }
  await insertCommand(db, { id, workspaceId: w.id, conversationId: chat.id, ...asked, ...by })
  const signal = { commandId: id, kind, actor: actor && { type: 'user', id: actor.id } }
  await api.temporal.workflow
    .getHandle(`conversation/${chat.id}`)
    .signal<[unknown]>(signalNames[kind], signal)
  const settled = async () => (await findCommand(db, id))?.outcome !== 'pending'
  await soon(settled, `${asked.kind} is settled`)
  return findCommand(db, id)
}

test.each<[string, Asked, SignalledKind, () => Person | null]>([
  ['another kind', { kind: 'close', payload: {} }, 'inbound', () => null],
  ['another actor', { kind: 'status', payload: { status: 'resolved' } }, 'status', () => mia],
  [
    'no epoch',
    { kind: 'takeover', payload: { text: 'Mine', expectedEpoch: 1 } },
    'takeover',
    () => w.admin,
  ],
])('what its row forbids is refused though a signal names %s', async (_, asked, kind, actor) => {
  const chat = await aLivechat(w, mia)
  const before = await chat.now()
  expect(await signalledByHand(chat, asked, kind, actor())).toMatchObject({ outcome: 'refused' })
  expect(await chat.now()).toEqual(before)
  expect(await chat.messages()).toEqual([])
})

test('what its row allows is carried out though a signal names another kind and nobody', async () => {
  const chat = await aLivechat(w, mia)
  const asked: Asked = { kind: 'takeover', payload: { text: 'Mine' } }
  expect(await signalledByHand(chat, asked, 'close', null)).toMatchObject({ outcome: 'accepted' })
  expect((await chat.now()).assignee.id).toBe(w.admin.id)
})
