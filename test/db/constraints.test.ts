import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseCode } from '../../db/errors.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { aQueuedChat, aSleepingTeam } from '../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../harness/workspace.ts'

let api: TestApi
let w: Workspace
let other: Workspace
let mia: Person
let chat: string
let queued: string

beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  other = await aWorkspace(api)
  queued = (await aQueuedChat(w, await aSleepingTeam(w))).id
  mia = await w.user('Mia')
  chat = (await w.chat()).id
  expectStatus(await w.ava.post(`/v1/conversations/${chat}/handoff`, {}), 200)
})
afterAll(() => api.close())

/** The name of the constraint that forbids it. */
async function forbiddenBy(statement: ReturnType<typeof sql>): Promise<string> {
  try {
    await api.database.client.db.execute(statement)
  } catch (error) {
    const cause = (error as Error).cause as { constraint_name?: string }
    return cause.constraint_name ?? `SQLSTATE ${databaseCode(error)}`
  }
  return 'nothing'
}

const set = (what: ReturnType<typeof sql>, id = () => chat) =>
  sql`update conversations set ${what} where id = ${id()}`

test.each([
  ['two holders', () => set(sql`assignee_ai_agent_id = ${w.ava.id}`), 'held_or_queued'],
  ['nobody, and not queued', () => set(sql`assignee_user_id = null`), 'held_or_queued'],
  [
    'an Assignee in the queue',
    () => set(sql`assignee_user_id = ${mia.id}`, () => queued),
    'held_or_queued',
  ],
  ['a queued one that is open', () => set(sql`status = 'open'`, () => queued), 'queued_pending'],
  [
    'another Assignee without an assignment',
    () => set(sql`assignee_user_id = ${w.admin.id}`),
    'latest_assignment',
  ],
  ['an epoch without an assignment', () => set(sql`epoch = 3, version = 9`), 'latest_assignment'],
  ['a foreign Assignee', () => set(sql`assignee_user_id = ${other.admin.id}`), 'assignee_user'],
  ['a foreign team', () => set(sql`team_id = ${other.support.id}`), 'conversations_team'],
  ['an unknown status', () => set(sql`status = 'lost'`), 'conversations_status'],
  [
    'a closed chat that a person holds',
    () => set(sql`status = 'closed', closed_at = now()`),
    'closed_chat_is_ai',
  ],
  ['a closed one without its time', () => set(sql`status = 'closed'`), 'closed'],
])('a conversation cannot have %s', async (_name, statement, constraint) => {
  expect(await forbiddenBy(statement())).toContain(constraint)
})

const assign = (number: number, cause = 'transfer') =>
  sql`insert into assignments (workspace_id, conversation_id, number, cause, to_user_id)
      values (${w.id}, ${chat}, ${number}, ${cause}, ${mia.id})`

test.each([
  ['a number twice', () => assign(2), 'assignments_conversation_id_number_pk'],
  ['a gap', () => assign(4), 'assignments_without_gaps'],
  ['a second beginning', () => assign(3, 'created'), 'first_is_created'],
  ['an unknown cause', () => assign(3, 'magic'), 'assignments_cause'],
])('the record cannot have %s', async (_name, statement, constraint) => {
  expect(await forbiddenBy(statement())).toContain(constraint)
})

test('a command cannot be settled without an answer', async () => {
  const statement = sql`update commands set outcome = 'accepted', answer_body = null where conversation_id = ${chat}`
  expect(await forbiddenBy(statement)).toContain('settled_whole')
})

const tell = (userId: string, conversationId: string) =>
  sql`insert into notifications (id, workspace_id, user_id, kind, conversation_id, at)
      values ('ntf_1', ${w.id}, ${userId}, 'message', ${conversationId}, now())`

test('a notification is of one workspace', async () => {
  expect(await forbiddenBy(tell(other.admin.id, chat))).toBe('notifications_user')
  const { id: foreign } = await other.chat()
  expect(await forbiddenBy(tell(mia.id, foreign))).toBe('notifications_conversation')
})
