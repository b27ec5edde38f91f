import pLimit from 'p-limit'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Feed } from '../../../api/events/feed.ts'
import { Stream } from '../../../api/events/stream.ts'
import { findStanding } from '../../../db/events/list.ts'
import type { EventReader } from '../../../db/events/reach.ts'
import { findEventReaders } from '../../../db/events/readers.ts'
import { hashToken } from '../../../db/ids.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Caller } from '../../harness/caller.ts'
import { aChat, aRole } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Workspace } from '../../harness/workspace.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
})
afterAll(() => api.close())

const standing = () => findStanding(api.database.client.db, w.id)

/** A stream of somebody as they are judged now, which reads nothing by itself. */
async function aStream({ token }: Caller): Promise<Stream> {
  const tokenHash = hashToken(token)
  const { db } = api.database.client
  const reader = (await findEventReaders(db, w.id, [tokenHash])).get(tokenHash) as EventReader
  const { newest: position } = await standing()
  const source = { next: () => new Promise<null>(() => {}), leave: () => {} }
  return new Stream({ tokenHash, reader, filters: {}, position }, source)
}

test('a stream judged before a change of grants is judged again before it tells the events in memory', async () => {
  const roleId = await aRole(w, { livechats: { view: 'all', manage: 'none' } })
  const viewer = await w.user('Viewer', { roleId, online: false })
  const stood = await standing()
  const deps = { db: api.database.client.db, log: pino({ level: 'silent' }) }
  const feed = new Feed({ ...deps, catchUp: pLimit(1) }, w.id, stood)
  const [first, late] = [await aStream(w.admin), await aStream(viewer)]
  feed.join(first, stood)
  expectStatus(await w.admin.patch(`/v1/roles/${roleId}`, { livechats: { view: 'own' } }), 200)
  const chat = await aChat(w)
  await feed.look()
  const created = { type: 'conversation.created', conversationId: chat.id }
  expect((await feed.next(first))?.rows[0]).toMatchObject(created)
  feed.join(late, stood)
  expect(await feed.next(late)).toEqual({ rows: [], upTo: (await standing()).newest })
})
