import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertCommand } from '../../db/commands/commands.ts'
import { newId } from '../../db/ids.ts'
import { commands } from '../../db/schema.ts'
import { untilSettled } from '../crash/holding.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { aChat, type Talk } from '../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../harness/workspace.ts'

const BURST = 150
const AT_ONCE = 25
/** How many commands a sweep signals at once when a conversation seems stuck. */
const FEW = 10

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
})
afterAll(() => api.close())

const db = () => api.database.client.db

/** Commands on a chat that the admin holds, many at once and none waited for. */
async function ask(chat: Talk, count: number): Promise<void> {
  const later = { prefer: 'respond-async' }
  for (let asked = 0; asked < count; asked += AT_ONCE) {
    const asks = Array.from({ length: AT_ONCE }, (_, n) =>
      chat.by(w.admin, 'status', { status: n % 2 ? 'open' : 'pending' }, later),
    )
    for (const { status, text } of await Promise.all(asks))
      expect([200, 202], text).toContain(status)
  }
}

/** A command whose signal was lost. */
async function lose(chat: Talk): Promise<string> {
  const id = newId('command')
  const by = { actorType: 'user' as const, actorId: w.admin.id }
  const what = { kind: 'status' as const, payload: { status: 'overdue' as const } }
  await insertCommand(db(), { id, workspaceId: w.id, conversationId: chat.id, ...by, ...what })
  return id
}

async function sweepsOf(chat: Talk): Promise<number> {
  const [row] = await db()
    .select({ sweeps: sql<number>`sum(${commands.sweeps})::int` })
    .from(commands)
    .where(eq(commands.conversationId, chat.id))
  return row?.sweeps ?? 0
}

test('of many commands at once hardly any is signalled again, and a lost one is settled', async () => {
  const chat = await aChat(w)
  await chat.does(w.admin, 'takeover', { message: { text: 'Mine' } })
  await ask(chat, BURST - AT_ONCE)
  await lose(chat)
  await ask(chat, AT_ONCE)
  await untilSettled(db(), chat.id, { count: BURST + 2, withinMs: 60_000 })
  expect(await sweepsOf(chat)).toBeGreaterThan(0)
  expect(await sweepsOf(chat)).toBeLessThanOrEqual(FEW)
}, 90_000)
