import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createConversation } from '../../../db/conversations/create.ts'
import { lockActiveUser } from '../../../db/people/permitted.ts'
import { findActor } from '../../../db/people/principals.ts'
import { commands, conversations, events } from '../../../db/schema.ts'
import type { UserPrincipal } from '../../../domain/principals.ts'
import { type TestApi, testApi } from '../../harness/api.ts'
import { aWorkspace, type Workspace } from '../../harness/workspace.ts'
import { untilWaiting } from './waiting.ts'

let api: TestApi
let w: Workspace
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
})
afterAll(() => api.close())

const commandsOn = (conversationId: string) =>
  api.database.client.db
    .select({ kind: commands.kind, outcome: commands.outcome, actorId: commands.actorId })
    .from(commands)
    .where(eq(commands.conversationId, conversationId))

const setStatus = (id: string, status: 'resolved' | 'overdue') =>
  api.database.client.db.update(conversations).set({ status }).where(eq(conversations.id, id))

test('what a deactivated user holds is to be requeued, except what is resolved', async () => {
  const dee = await w.user('Dee')
  const open = await w.ticket(w.admin, dee)
  const overdue = await w.ticket(w.admin, dee)
  const resolved = await w.ticket(w.admin, dee)
  const others = await w.ticket(w.admin, w.admin)
  await setStatus(overdue.id, 'overdue')
  await setStatus(resolved.id, 'resolved')
  await w.admin.patch(`/v1/users/${dee.id}`, { active: false })
  const requeue = [{ kind: 'requeue', outcome: 'pending', actorId: null }]
  expect(await commandsOn(open.id)).toEqual(requeue)
  expect(await commandsOn(overdue.id)).toEqual(requeue)
  expect(await commandsOn(resolved.id)).toEqual([])
  expect(await commandsOn(others.id)).toEqual([])
  await w.admin.patch(`/v1/users/${dee.id}`, { active: false })
  expect(await commandsOn(open.id)).toHaveLength(1)
})

test('a ticket that is being given to them meanwhile is requeued too', async () => {
  const ray = await w.user('Ray')
  const { id, deactivated } = await api.database.client.db.transaction(async (tx) => {
    await lockActiveUser(tx, ray.id)
    const gone = w.admin.patch(`/v1/users/${ray.id}`, { active: false })
    await untilWaiting(api, 1)
    const admin = await findActor(tx, w.id, { type: 'user', id: w.admin.id })
    const { conversation } = await createConversation(tx, admin as UserPrincipal, {
      kind: 'ticket',
      teamspaceId: w.teamspaceId,
      playerExternalId: 'player-1',
      assignee: { type: 'user', id: ray.id },
    })
    return { id: conversation.id, deactivated: { gone } }
  })
  expect((await deactivated.gone).status).toBe(200)
  expect(await commandsOn(id)).toMatchObject([{ kind: 'requeue' }])
})

test('going away is told once, and only of a user who was online', async () => {
  const on = await w.user('On')
  const off = await w.user('Off', { online: false })
  for (const { id } of [on, off, on]) await w.admin.patch(`/v1/users/${id}`, { active: false })
  const rows = await api.database.client.db
    .select({ data: events.data })
    .from(events)
    .where(eq(events.workspaceId, w.id))
  const told = rows.map(({ data }) => data as { userId: string; presence: string })
  const away = told.filter(({ presence }) => presence === 'away').map(({ userId }) => userId)
  expect(away.filter((id) => id === on.id)).toHaveLength(1)
  expect(away).not.toContain(off.id)
})
