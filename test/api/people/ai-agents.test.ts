import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createConversation } from '../../../db/conversations/create.ts'
import { findActor } from '../../../db/people/principals.ts'
import { insertReclaims, listDeletedWithChats } from '../../../db/people/reclaims.ts'
import { aiAgents, commands } from '../../../db/schema.ts'
import type { AiAgentPrincipal } from '../../../domain/principals.ts'
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

const reclaimed = () =>
  api.database.client.db
    .select({ conversationId: commands.conversationId })
    .from(commands)
    .where(and(eq(commands.workspaceId, w.id), eq(commands.kind, 'reclaim')))

const anyone = { target: { type: 'anyone' }, targetsByLanguage: {}, checkAvailability: false }

test('the first AI agent of a teamspace is its default, and hands off to anyone', async () => {
  const { id: teamspaceId } = await w.create('/v1/teamspaces', { name: 'New' })
  const first = await w.create('/v1/ai-agents', { name: 'One', teamspaceId })
  const second = await w.create('/v1/ai-agents', { name: 'Two', teamspaceId })
  expect(first).toMatchObject({ name: 'One', teamspaceId, handoff: anyone, isDefault: true })
  expect(second.isDefault).toBe(false)
  const path = `/v1/teamspaces/${teamspaceId}`
  expect((await w.channel.get(path)).body.defaultAiAgentId).toBe(first.id)
  await w.admin.patch(path, { defaultAiAgentId: second.id })
  expect((await w.channel.get(`/v1/ai-agents/${first.id}`)).body.isDefault).toBe(false)
})

test('handoff settings that are not given stay', async () => {
  const bot = await w.bot('Bea', { checkAvailability: true })
  const path = `/v1/ai-agents/${bot.id}`
  const target = { type: 'teams', teamIds: [w.billing.id, w.support.id, w.billing.id] }
  const es = { type: 'user', userId: w.admin.id }
  await w.admin.patch(path, { handoff: { targetsByLanguage: { es } } })
  const { body } = await w.admin.patch(path, { name: 'Bee', handoff: { target } })
  expect(body.name).toBe('Bee')
  expect(body.handoff).toEqual({
    target: { type: 'teams', teamIds: [w.billing.id, w.support.id] },
    targetsByLanguage: { es },
    checkAvailability: true,
  })
  expect((await w.admin.patch(path, { handoff: {} })).body).toEqual(body)
  const cleared = await w.admin.patch(path, { handoff: { targetsByLanguage: {} } })
  expect(cleared.body.handoff.targetsByLanguage).toEqual({})
})

test.each([
  [['en', 'EN'], 'EN'],
  [['pt-BR', 'es', 'pt_br'], 'pt_br'],
  [['x-pirate', 'X-PIRATE'], 'X-PIRATE'],
])('of the languages %j two mean the same', async (tags, path) => {
  const before = (await w.admin.get(`/v1/ai-agents/${w.ava.id}`)).text
  const targetsByLanguage = Object.fromEntries(tags.map((tag) => [tag, { type: 'anyone' }]))
  const { body } = await w.admin.patch(`/v1/ai-agents/${w.ava.id}`, {
    handoff: { targetsByLanguage },
  })
  expect(body).toMatchObject({
    status: 400,
    errors: [{ path: `handoff.targetsByLanguage.${path}` }],
  })
  expect((await w.admin.get(`/v1/ai-agents/${w.ava.id}`)).text).toBe(before)
})

test('a target of another workspace is refused with its path', async () => {
  const other = await aWorkspace(api)
  const user = { type: 'user', userId: other.admin.id }
  const team = { type: 'teams', teamIds: [w.support.id, other.support.id] }
  const wrong: [object, string][] = [
    [{ target: user }, 'handoff.target.userId'],
    [{ target: team }, 'handoff.target.teamIds.1'],
    [{ targetsByLanguage: { es: user } }, 'handoff.targetsByLanguage.es.userId'],
    [{ targetsByLanguage: { 'pt-BR': team } }, 'handoff.targetsByLanguage.pt-BR.teamIds.1'],
    [{ target: { type: 'teams', teamIds: [] } }, 'handoff.target.teamIds'],
    [{ target: { type: 'anyone', userId: 'x' } }, 'handoff.target'],
  ]
  for (const [handoff, path] of wrong) {
    const made = { name: 'X', teamspaceId: w.teamspaceId, handoff }
    for (const { body } of [
      await w.admin.post('/v1/ai-agents', made),
      await w.admin.patch(`/v1/ai-agents/${w.ava.id}`, { handoff }),
    ]) {
      expect(body).toMatchObject({ status: 400, errors: [{ path }] })
    }
  }
  const elsewhere = { name: 'X', teamspaceId: other.teamspaceId }
  const { body } = await w.admin.post('/v1/ai-agents', elsewhere)
  expect(body).toMatchObject({ status: 400, errors: [{ path: 'teamspaceId' }] })
})

test('a deleted AI agent is gone at once, and its chats are to be reclaimed', async () => {
  const bot = await w.bot('Brief')
  const [held, others] = [await w.chat({ aiAgentId: bot.id }), await w.chat()]
  const path = `/v1/ai-agents/${bot.id}`
  expect((await w.admin.delete(path)).status).toBe(204)
  expect((await bot.get('/v1/conversations')).status).toBe(401)
  for (const gone of [path, `${path}/tokens`]) {
    expect((await w.admin.get(gone)).status, gone).toBe(404)
  }
  expect((await w.admin.delete(path)).status).toBe(404)
  expect((await w.admin.get('/v1/ai-agents')).text).not.toContain(bot.id)
  await vi.waitFor(async () =>
    expect(await reclaimed()).toContainEqual({ conversationId: held.id }),
  )
  expect(await reclaimed()).not.toContainEqual({ conversationId: others.id })
})

test('a chat that begins with it meanwhile is reclaimed too', async () => {
  const bot = await w.bot('Busy')
  const { id, deletion } = await api.database.client.db.transaction(async (tx) => {
    await tx.select().from(aiAgents).where(eq(aiAgents.id, bot.id)).for('share')
    const gone = w.admin.delete(`/v1/ai-agents/${bot.id}`)
    await untilWaiting(api, 1)
    const creator = await findActor(tx, w.id, { type: 'ai_agent', id: bot.id })
    const { conversation } = await createConversation(tx, creator as AiAgentPrincipal, {
      kind: 'chat',
      teamspaceId: w.teamspaceId,
      playerExternalId: 'player-1',
      assignee: { type: 'ai_agent', id: bot.id },
    })
    return { id: conversation.id, deletion: { gone } }
  })
  expect((await deletion.gone).status).toBe(204)
  await vi.waitFor(async () => expect(await reclaimed()).toContainEqual({ conversationId: id }))
})

test('a teamspace’s default AI agent is not deleted', async () => {
  const { body } = await w.admin.delete(`/v1/ai-agents/${w.ava.id}`)
  expect(body).toMatchObject({ status: 409, code: 'default_ai_agent' })
  expect((await w.ava.get('/v1/conversations')).status).toBe(200)
})

test('an AI agent deleted while it becomes the default is one or the other', async () => {
  for (let round = 0; round < 6; round++) {
    const bot = await w.bot(`Racer ${round}`)
    const [set, gone] = await Promise.all([
      w.admin.patch(`/v1/teamspaces/${w.teamspaceId}`, { defaultAiAgentId: bot.id }),
      w.admin.delete(`/v1/ai-agents/${bot.id}`),
    ])
    expect([
      [200, 409],
      [400, 204],
    ]).toContainEqual([set.status, gone.status])
  }
})

test('what a deleted AI agent leaves is asked for in portions, by whoever is there', async () => {
  const bot = await w.bot('Diligent')
  const { db } = api.database.client
  const CHATS = 250
  const creator = (await findActor(db, w.id, { type: 'ai_agent', id: bot.id })) as AiAgentPrincipal
  const { teamspaceId } = w
  const assignee = { type: 'ai_agent' as const, id: bot.id }
  const chat = { kind: 'chat' as const, teamspaceId, playerExternalId: 'player-1', assignee }
  await db.transaction(async (tx) => {
    for (let n = 0; n < CHATS; n += 1) await createConversation(tx, creator, chat)
  })
  const before = (await reclaimed()).length
  // As if the process that deleted it had died at once: the sweeper finds it.
  await db.update(aiAgents).set({ deletedAt: new Date() }).where(eq(aiAgents.id, bot.id))
  expect(await listDeletedWithChats(db)).toContain(bot.id)
  const portions = await Promise.all([1, 2, 3].map(() => insertReclaims(db, bot.id, 100)))
  expect(portions.map(({ length }) => length).toSorted()).toEqual([100, 100, 50].toSorted())
  expect(await reclaimed()).toHaveLength(before + CHATS)
  expect(await listDeletedWithChats(db)).not.toContain(bot.id)
})
