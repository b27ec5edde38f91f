import { and, eq, lte } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listVisible } from '../../../api/events/list.ts'
import { ProblemError } from '../../../api/problem-error.ts'
import { findStanding } from '../../../db/events/list.ts'
import { findEventReaders } from '../../../db/events/readers.ts'
import { hashToken } from '../../../db/ids.ts'
import { events } from '../../../db/schema.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import type { Caller } from '../../harness/caller.ts'
import { aChat, aRole } from '../../harness/scenes.ts'
import { aWorkspace, expectStatus, type Workspace } from '../../harness/workspace.ts'
import { happens } from './following.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
})
afterAll(() => api.close())

/** The reader as judged now: what happens afterwards happens while their list is read. */
async function judged(space: Workspace, { token }: Caller) {
  const { db } = api.database.client
  const hash = hashToken(token)
  const find = async () => (await findEventReaders(db, space.id, [hash])).get(hash)
  const { grantChanges } = await findStanding(db, space.id)
  async function again() {
    const reader = await find()
    if (!reader) throw new ProblemError('unauthenticated')
    return reader
  }
  return { reader: await again(), changes: grantChanges, again }
}

test('what a reader may no longer see is not listed, though they were judged before', async () => {
  const roleId = await aRole(w, { livechats: { view: 'all', manage: 'none' } })
  const viewer = await w.user('Viewer', { roleId, online: false })
  const chat = await aChat(w)
  const of = { limit: 10, conversationId: chat.id }
  const reader = await judged(w, viewer)
  const { db } = api.database.client
  const before = await listVisible(db, reader, 0, of)
  expect(before.rows.map((row) => row.type)).toContain('conversation.created')
  const change = { livechats: { view: 'none' } }
  expectStatus(await w.admin.patch(`/v1/roles/${roleId}`, change), 200)
  expect((await listVisible(db, reader, 0, of)).rows).toEqual([])
})

test('a reader whose token is deleted meanwhile is unauthenticated', async () => {
  const leaver = await w.user('Leaver', { online: false })
  const reader = await judged(w, leaver)
  expectStatus(await w.admin.patch(`/v1/users/${leaver.id}`, { active: false }), 200)
  const listing = listVisible(api.database.client.db, reader, 0, { limit: 10 })
  await expect(listing).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('when events are removed meanwhile, the position has expired', async () => {
  const space = await aWorkspace(api)
  const { db } = api.database.client
  await happens(api, space.id, 10)
  const reader = await judged(space, space.admin)
  await db.delete(events).where(and(eq(events.workspaceId, space.id), lte(events.position, 6)))
  const listing = listVisible(db, reader, 5, { limit: 10 })
  const details = { oldest: '7' }
  await expect(listing).rejects.toMatchObject({ code: 'position_expired', details })
  const { rows } = await listVisible(db, reader, 6, { limit: 10 })
  expect(rows.map((row) => row.position)).toEqual([7, 8, 9, 10])
})
