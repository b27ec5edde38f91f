import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../db/client.ts'
import { insertCommand } from '../../db/commands/commands.ts'
import { claimOverdueCommands } from '../../db/commands/unsettled.ts'
import { newId } from '../../db/ids.ts'
import { commands } from '../../db/schema.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { aChat, type Talk } from '../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let db: Database
let w: Workspace
let chat: Talk
beforeAll(async () => {
  api = await testApi({ worker: false })
  db = api.database.client.db
  w = await aWorkspace(api)
})
afterAll(() => api.close())
beforeEach(async () => {
  await db.delete(commands)
  chat = await aChat(w)
})

const ago = (seconds: number) => sql`now() - make_interval(secs => ${seconds})`

/** A command of this age, settled this long ago if at all. */
async function asked(
  secondsAgo: number,
  settledAgo?: number,
  { sweeps = 0, kind = 'status' }: { sweeps?: number; kind?: 'status' | 'reply' } = {},
): Promise<string> {
  const id = newId('command')
  const by = { actorType: 'user' as const, actorId: w.admin.id }
  const what = { kind, payload: { status: 'open' as const } }
  await insertCommand(db, { id, workspaceId: w.id, conversationId: chat.id, ...by, ...what })
  const at = { createdAt: ago(secondsAgo), signalledAt: ago(secondsAgo), sweeps }
  const answer = { outcome: 'accepted' as const, answerStatus: 200, answerBody: '{}' }
  const settled = settledAgo === undefined ? {} : { ...answer, settledAt: ago(settledAgo) }
  await db
    .update(commands)
    .set({ ...at, ...settled })
    .where(eq(commands.id, id))
  return id
}

const claimed = async () => (await claimOverdueCommands(db)).map(({ id }) => id)

test('a command that waits behind others is not signalled again while its conversation goes on', async () => {
  await asked(60, 1)
  for (let n = 0; n < 30; n++) await asked(58)
  expect(await claimed()).toEqual([])
})

test('a reply, which the API settles, says nothing of what the workflow has', async () => {
  await asked(60, 1)
  for (let n = 0; n < 30; n++) await asked(58)
  await asked(2, 2, { kind: 'reply' })
  expect(await claimed()).toEqual([])
})

test('a conversation in which only replies are refused is stuck all the same', async () => {
  const waiting = await asked(60)
  await asked(2, 2, { kind: 'reply' })
  expect(await claimed()).toEqual([waiting])
})

test('when nothing of a conversation is settled, only its first commands are signalled again', async () => {
  const waiting = []
  for (let n = 0; n < 30; n++) waiting.push(await asked(60 - n))
  expect((await claimed()).sort()).toEqual(waiting.slice(0, 10).sort())
  expect(await claimed()).toEqual([])
})

test('a command that was passed over is found although others are settled', async () => {
  const lost = await asked(30)
  await asked(20, 1)
  await asked(10)
  expect(await claimed()).toEqual([lost])
})

test('a command signalled again proves nothing about those that wait', async () => {
  await asked(30)
  await asked(20, 1, { sweeps: 1 })
  expect(await claimed()).toEqual([])
})

test('a command of another conversation or a withdrawn one is no progress', async () => {
  await asked(1, 1)
  chat = await aChat(w)
  const lost = await asked(8)
  const withdrawn = await asked(1)
  await db.update(commands).set({ outcome: 'withdrawn' }).where(eq(commands.id, withdrawn))
  expect(await claimed()).toEqual([lost])
})

test('a command that is not late yet is left alone', async () => {
  await asked(4)
  expect(await claimed()).toEqual([])
})
