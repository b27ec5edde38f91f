import { and, eq } from 'drizzle-orm'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createSettle } from '../../activities/settle.ts'
import type { Database } from '../../db/client.ts'
import { findCommand, insertCommand, withdrawCommand } from '../../db/commands/commands.ts'
import { newId } from '../../db/ids.ts'
import { commands, conversations } from '../../db/schema.ts'
import { holdConversation, holdEvents, untilBlocked } from '../crash/holding.ts'
import { expectInvariants } from '../crash/invariants.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { aChat, aTicket, type Talk } from '../harness/scenes.ts'
import { aWorkspace, type Person, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let db: Database
let w: Workspace
let zoe: Person
let settle: ReturnType<typeof createSettle>
beforeAll(async () => {
  api = await testApi({ worker: false })
  db = api.database.client.db
  settle = createSettle({ db, engine: api.engine, log: pino({ level: 'silent' }) })
  w = await aWorkspace(api)
  const roles = (await w.admin.get('/v1/roles')).body.items as { id: string; name: string }[]
  zoe = await w.user('Zoe', { roleId: roles.find((role) => role.name === 'admin')?.id })
})
afterAll(() => api.close())
afterEach(() => expectInvariants(db))

/** A pending takeover with a message, and the order for it that the workflow gives at version 1. */
async function aPendingTakeover(chat: Talk, by: Person = w.admin) {
  const { id } = await insertCommand(db, {
    id: newId('command'),
    workspaceId: w.id,
    conversationId: chat.id,
    kind: 'takeover',
    actorType: 'user',
    actorId: by.id,
    payload: { text: by.name },
  })
  const kind = 'takeover' as const
  return { conversationId: chat.id, commandId: id, kind, version: 1, refusal: null }
}

test('one command settled by ten at once takes effect once', async () => {
  const chat = await aChat(w)
  const order = await aPendingTakeover(chat)
  const settlements = await Promise.all(Array.from({ length: 10 }, () => settle(order)))
  const carriedOut = { outcome: 'accepted', conversation: { epoch: 2, version: 2 } }
  expect(settlements).toMatchObject(Array(10).fill(carriedOut))
  expect(await chat.messages()).toHaveLength(1)
  expect(await chat.assignments()).toHaveLength(2)
})

test('of two commands judged at the same version one is settled and the other is stale', async () => {
  const chat = await aChat(w)
  const orders = [await aPendingTakeover(chat), await aPendingTakeover(chat, zoe)]
  const settlements = await Promise.all(orders.map(settle))
  expect(settlements.map(({ outcome }) => outcome).toSorted()).toEqual(['accepted', 'stale'])
  const stale = settlements.findIndex(({ outcome }) => outcome === 'stale')
  expect(await chat.messages()).toHaveLength(1)

  const again = await settle({ ...(orders[stale] as (typeof orders)[0]), version: 2 })
  expect(again).toMatchObject({ outcome: 'accepted', conversation: { version: 3, epoch: 3 } })
  expect(await chat.messages()).toHaveLength(2)
})

test('a withdrawn, a missing and a foreign command change nothing', async () => {
  const [chat, other] = [await aChat(w), await aChat(w)]
  const withdrawn = await aPendingTakeover(chat)
  expect(await withdrawCommand(db, withdrawn.commandId)).toBe(true)
  const foreign = { ...(await aPendingTakeover(other)), conversationId: chat.id }
  const missing = { ...withdrawn, commandId: newId('command') }
  for (const order of [withdrawn, missing, foreign]) {
    const { outcome, conversation } = await settle(order)
    expect({ outcome, version: conversation.version }).toEqual({ outcome: 'noop', version: 1 })
  }
  expect(await chat.messages()).toEqual([])
  expect(await settle({ ...foreign, conversationId: other.id })).toMatchObject({
    outcome: 'accepted',
  })
})

test('a command withdrawn while it waits to be settled is not carried out', async () => {
  const chat = await aChat(w)
  const order = await aPendingTakeover(chat)
  const settlement = await db.transaction(async (tx) => {
    expect(await withdrawCommand(tx, order.commandId)).toBe(true)
    const settling = settle(order)
    await untilBlocked(db, 1)
    return { settling }
  })
  expect(await settlement.settling).toMatchObject({ outcome: 'noop', conversation: { version: 1 } })
  expect(await chat.messages()).toEqual([])
})

test('a command that is being settled cannot be withdrawn', async () => {
  const chat = await aChat(w)
  const order = await aPendingTakeover(chat)
  const hold = await holdConversation(db, chat.id)
  const settling = settle(order)
  await untilBlocked(db, 1)
  const withdrawing = withdrawCommand(db, order.commandId)
  await untilBlocked(db, 2)
  await hold.release()
  expect(await settling).toMatchObject({ outcome: 'accepted' })
  expect(await withdrawing).toBe(false)
  expect(await findCommand(db, order.commandId)).toMatchObject({ outcome: 'accepted' })
})

test('withdrawn and settled at once, a command is one of the two', async () => {
  const chats = await Promise.all(Array.from({ length: 20 }, () => aChat(w)))
  const orders = await Promise.all(chats.map((chat) => aPendingTakeover(chat)))
  for (const [index, order] of orders.entries()) {
    const [{ outcome }, isWithdrawn] = await Promise.all([
      settle(order),
      withdrawCommand(db, order.commandId),
    ])
    expect(outcome).toBe(isWithdrawn ? 'noop' : 'accepted')
    expect(await chats[index]?.messages()).toHaveLength(isWithdrawn ? 0 : 1)
  }
  expect(await db.$count(commands, eq(commands.outcome, 'pending'))).toBe(0)
})

test('a conversation opened again while its Assignee is being deactivated is requeued', async () => {
  const dee = await w.user('Dee')
  const ticket = await aTicket(w, dee)
  await db.update(conversations).set({ status: 'resolved' }).where(eq(conversations.id, ticket.id))
  const { id: commandId } = await insertCommand(db, {
    ...{ id: newId('command'), workspaceId: w.id, conversationId: ticket.id, kind: 'status' },
    ...{ actorType: 'user', actorId: dee.id, payload: { status: 'open' } },
  })
  const hold = await holdEvents(db, w.id)
  const kind = 'status' as const
  const order = { conversationId: ticket.id, commandId, kind, version: 1, refusal: null }
  const opened = settle(order)
  await untilBlocked(db, 1)
  const deactivated = w.admin.patch(`/v1/users/${dee.id}`, { active: false })
  await untilBlocked(db, 2)
  await hold.release()
  expect(await opened).toMatchObject({ outcome: 'accepted' })
  expect((await deactivated).status).toBe(200)
  const [requeue] = await db
    .select()
    .from(commands)
    .where(and(eq(commands.conversationId, ticket.id), eq(commands.kind, 'requeue')))
  const again = { ...order, commandId: requeue?.id as string, version: 2 }
  expect(await settle(again)).toMatchObject({ outcome: 'accepted' })
  expect((await ticket.now()).assignee.id).toBe(w.admin.id)
})
