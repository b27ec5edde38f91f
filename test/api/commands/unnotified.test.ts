import { drizzle } from 'drizzle-orm/postgres-js'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createSettle } from '../../../activities/settle.ts'
import type { Database } from '../../../db/client.ts'
import * as schema from '../../../db/schema.ts'
import { commands } from '../../../db/schema.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aChat } from '../../harness/scenes.ts'
import { aWorkspace, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
})
afterAll(() => api.close())

test('a command whose worker dies between its commit and the notice is answered by the poll', async () => {
  const chat = await aChat(w)
  const { sql, db } = api.database.client
  const asked = chat.by(w.admin, 'takeover', { message: { text: 'Mine' } })
  const pending = await vi.waitFor(async () => {
    const [row] = await db.select().from(commands)
    if (!row) throw new Error('Not written yet')
    return row
  })
  // Without the notifier: what is told after the commit is told to nobody.
  const silent = drizzle(sql, { schema, casing: 'snake_case' }) as Database
  const settle = createSettle({ db: silent, engine: api.engine, log: pino({ level: 'silent' }) })
  const order = { conversationId: chat.id, commandId: pending.id, kind: 'takeover' as const }
  await settle({ ...order, version: 1, refusal: null })
  expect(await asked).toMatchObject({ status: 200, body: { command: { outcome: 'accepted' } } })
})
