import { and, eq, inArray, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createRetain } from '../../activities/retain.ts'
import { retentionId } from '../../bin/run/retention.ts'
import type { Database } from '../../db/client.ts'
import { insertCommand } from '../../db/commands/commands.ts'
import { newId } from '../../db/ids.ts'
import { insertNotifications } from '../../db/notifications.ts'
import { commands, events, idempotencyKeys, notifications } from '../../db/schema.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { aChat, aLivechat, type Talk } from '../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../harness/workspace.ts'

const DAY_MS = 24 * 60 * 60 * 1_000
const PATIENCE = { timeout: 15_000 }
const long = sql`now() - interval '91 days'`

let api: TestApi
let db: Database
let w: Workspace
let mia: Person
let retain: ReturnType<typeof createRetain>
beforeAll(async () => {
  api = await testApi()
  db = api.database.client.db
  retain = createRetain({ db })
})
afterAll(() => api.close())
beforeEach(async () => {
  w = await aWorkspace(api)
  mia = await w.user('Mia', { online: false })
})

const before = () => new Date(Date.now() - 90 * DAY_MS).toISOString()

/** Repeats the activity, as the workflow does, until nothing old is left; how many it removed of each kind. */
async function retainAll(): Promise<Record<string, number>[]> {
  const calls: Record<string, number>[] = []
  do calls.push(await retain(before()))
  while (Object.values(calls.at(-1) ?? {}).some((rows) => rows > 0))
  return calls
}

const allOf = (calls: Record<string, number>[], what: string) =>
  calls.reduce((sum, removed) => sum + (removed[what] as number), 0)

/** A chat handed off to Mia by name, written to, refused to be transferred, and taken over by an admin. */
async function aLife(key: string): Promise<Talk> {
  const chat = await aLivechat(w, mia)
  const said = { text: 'Hello?', from: 'player' }
  expectStatus(await chat.by(w.channel, 'messages', said, { 'idempotency-key': key }), 201)
  expectStatus(await chat.by(mia, 'transfer', { userId: mia.id }), 422)
  const takeover = { message: { text: 'Let me' } }
  expectStatus(await chat.by(w.admin, 'takeover', takeover, { 'idempotency-key': key }), 200)
  return chat
}

/** Makes everything that a workspace has until now 91 days old. */
async function age(): Promise<void> {
  const at = { createdAt: long }
  const of = (table: { workspaceId: typeof commands.workspaceId }) => eq(table.workspaceId, w.id)
  await db
    .update(commands)
    .set({ ...at, settledAt: long })
    .where(of(commands))
  await db.update(idempotencyKeys).set(at).where(eq(idempotencyKeys.workspaceId, w.id))
  await db.update(events).set({ at: long }).where(eq(events.workspaceId, w.id))
  await db.update(notifications).set({ at: long }).where(eq(notifications.workspaceId, w.id))
}

/** How many rows of each kind the workspace has. */
async function rowsOfWorkspace() {
  return {
    commands: await db.$count(commands, eq(commands.workspaceId, w.id)),
    keys: await db.$count(idempotencyKeys, eq(idempotencyKeys.workspaceId, w.id)),
    events: await db.$count(events, eq(events.workspaceId, w.id)),
    notifications: await db.$count(notifications, eq(notifications.workspaceId, w.id)),
  }
}

test('what is old goes, what is new stays, and the record reads as before', async () => {
  const old = await aLife('old')
  expectStatus(await mia.post('/v1/notifications/read'), 200)
  const readAsBefore = async () => [
    await old.assignments(),
    await old.messages(),
    await old.now(),
    (await w.channel.get(`${old.path}/assignments?limit=1`)).text,
  ]
  const record = await readAsBefore()
  await age()
  const oldRows = await rowsOfWorkspace()
  await aLife('new')
  const all = await rowsOfWorkspace()
  await retainAll()
  const left = await rowsOfWorkspace()
  for (const what of ['commands', 'keys', 'events', 'notifications'] as const) {
    expect(oldRows[what], what).toBeGreaterThan(0)
    expect(left[what], what).toBe(all[what] - oldRows[what])
  }
  expect(await readAsBefore()).toEqual(record)
  expect((record[0] as { commandId: string }[])[1]?.commandId).toMatch(/^cmd_/)
  expect(await old.commands()).toEqual([])
})

test('the old conversation goes on', async () => {
  const chat = await aLife('old')
  await age()
  await retainAll()
  await chat.does(w.admin, 'transfer', { userId: mia.id })
  await chat.does(mia, 'messages', { text: 'Here again' })
  await chat.does(mia, 'close')
  expect((await chat.assignments()).map((one: { number: number }) => one.number)).toEqual([
    1, 2, 3, 4, 5,
  ])
})

test('what is pending stays, however old; old withdrawn commands and unread notifications go', async () => {
  const chat = await aChat(w)
  const aCommand = async (outcome: 'pending' | 'withdrawn') => {
    const { id } = await insertCommand(db, {
      ...{ id: newId('command'), workspaceId: w.id, conversationId: chat.id, kind: 'close' },
      ...{ actorType: null, actorId: null, payload: {} },
    })
    // Signalled just now, so that no sweeper does it.
    await db.update(commands).set({ outcome, createdAt: long }).where(eq(commands.id, id))
    return id
  }
  const [pending, withdrawn] = [await aCommand('pending'), await aCommand('withdrawn')]
  await db.transaction((tx) =>
    insertNotifications(tx, { id: chat.id, workspaceId: w.id }, [
      { userId: mia.id, kind: 'message' },
    ]),
  )
  await db.update(notifications).set({ at: long }).where(eq(notifications.userId, mia.id))
  await retainAll()
  const both = inArray(commands.id, [pending, withdrawn])
  expect(await db.select({ id: commands.id }).from(commands).where(both)).toEqual([{ id: pending }])
  expect(await db.$count(notifications, eq(notifications.userId, mia.id))).toBe(0)
})

test('a key stays as long as its command, which was settled later', async () => {
  const chat = await aLivechat(w, mia)
  const takeover = { message: { text: 'Mine' } }
  const key = { 'idempotency-key': 'slow' }
  const first = await chat.by(w.admin, 'takeover', takeover, key)
  await db
    .update(idempotencyKeys)
    .set({ createdAt: long })
    .where(eq(idempotencyKeys.workspaceId, w.id))
  await retainAll()
  const again = await chat.by(w.admin, 'takeover', takeover, key)
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect(again.text).toBe(first.text)
})

test('events go in order, up to the first that is kept', async () => {
  await aLife('events')
  const positions = async () => {
    const of = eq(events.workspaceId, w.id)
    const rows = await db.select({ at: events.position }).from(events).where(of)
    return rows.map((row) => row.at).sort((a, b) => a - b)
  }
  const [first, second, , fourth, ...others] = (await positions()) as [
    number,
    number,
    number,
    number,
  ]
  // The clock was set back in between.
  const old = [first, second, fourth]
  const theirs = and(eq(events.workspaceId, w.id), inArray(events.position, old))
  await db.update(events).set({ at: long }).where(theirs)
  await retainAll()
  const left = await positions()
  expect(left[0]).toBe(second + 1)
  expect(left).toEqual([second + 1, fourth, ...others])
})

test('thousands go in batches, once, however many remove them at once', async () => {
  const { id: conversationId } = await aChat(w)
  await db.execute(sql`insert into notifications
      (id, workspace_id, user_id, kind, conversation_id, at, read_at)
    select 'ntf_old_' || n, ${w.id}, ${mia.id}, 'message', ${conversationId}, ${long}, now()
    from generate_series(1, 2500) n`)
  expect(await retain(before())).toMatchObject({ notifications: 1_000 })
  const several = await Promise.all([retainAll(), retainAll(), retainAll()])
  expect(allOf(several.flat(), 'notifications')).toBe(1_500)
  expect(await db.$count(notifications, eq(notifications.userId, mia.id))).toBe(0)
})

test('events of many workspaces go, however many remove them at once', async () => {
  const [first, second] = [w, await aWorkspace(api)]
  for (w of [first, second]) {
    await aChat(w, { text: 'Hello' })
    await age()
  }
  await Promise.all([retainAll(), retainAll()])
  for (const { id } of [first, second]) {
    expect(await db.$count(events, eq(events.workspaceId, id))).toBe(0)
  }
})

test('run by its schedule, it removes what is old and says how much', async () => {
  const chat = await aLife('scheduled')
  await age()
  const schedule = api.temporal.schedule.getHandle(retentionId(api.taskQueue))
  await schedule.trigger()
  await expect.poll(async () => (await rowsOfWorkspace()).events, PATIENCE).toBe(0)
  await expect.poll(async () => (await rowsOfWorkspace()).commands, PATIENCE).toBe(0)
  expect(await chat.assignments()).toHaveLength(3)
  const [run] = (await schedule.describe()).info.recentActions
  const { workflowId } = (run as NonNullable<typeof run>).action.workflow
  const removed = await api.temporal.workflow.getHandle(workflowId).result()
  expect(removed).toMatchObject({ commands: 3, answers: 1 })
})
