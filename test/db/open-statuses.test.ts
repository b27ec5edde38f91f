import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conversations, isOpen } from '../../db/schema.ts'
import { openStatuses, statuses } from '../../domain/words.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase(1)
})
afterAll(() => database.close())

test('the index of open conversations has the words of the domain', async () => {
  const [index] = await database.client.sql<{ where: string }[]>`
    select pg_get_expr(indpred, indrelid) as where from pg_index
    where indexrelid = 'conversations_open_of_user'::regclass`
  const words = [...(index?.where ?? '').matchAll(/'(\w+)'/g)].map(([, word]) => word)
  expect(words).toEqual(openStatuses)
})

test('the condition is that the status is one of them, and it uses that index', async () => {
  const { db } = database.client
  const held = db
    .select({ id: conversations.id })
    .from(conversations)
    .where(
      sql`${eq(conversations.workspaceId, 'w')} and ${conversations.assigneeUserId} is not null and ${isOpen(conversations.status)}`,
    )
  const plan = await db.transaction(async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`)
    return tx.execute(sql`explain ${held}`)
  })
  expect(JSON.stringify(plan)).toContain('conversations_open_of_user')
  const among = sql`(select unnest(${sql.param(`{${statuses}}`)}::text[]) as status) conversations`
  const open = await db.execute(
    sql`select status from ${among} where ${isOpen(conversations.status)}`,
  )
  expect(open.map(({ status }) => status)).toEqual(openStatuses)
})
