import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type DatabaseClient, openDatabase } from '../../db/client.ts'
import { notifyAfterCommit } from '../../db/notify.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { type SqlCounter, startSqlCounter } from '../harness/sql-count.ts'

let database: FreshDatabase
let counter: SqlCounter
let client: DatabaseClient
let told: string[]
beforeAll(async () => {
  database = await freshDatabase()
  counter = await startSqlCounter(database.url, { ignoring: [/pg_type/] })
  client = openDatabase(counter.url)
  await database.client.sql.listen('news', (id) => void told.push(id))
  await database.client.sql.listen('other', (id) => void told.push(`other ${id}`))
  told = []
  await tell('first')
  await until('first')
})
beforeEach(() => {
  told = []
  counter.reset()
})
afterAll(async () => {
  await client.close()
  counter.close()
  await database.close()
})

const until = (...ids: string[]) => vi.waitFor(() => expect([...told].sort()).toEqual(ids))

function tell(...ids: string[]): Promise<void> {
  return client.db.transaction(async (tx) => {
    for (const id of ids) notifyAfterCommit(tx, 'news', id)
    await tx.execute('select 1 as written')
  })
}

const notifying = () => counter.counts().texts.filter((text) => text.includes('pg_notify'))

test('what a transaction tells is told after its commit, in one statement, each once', async () => {
  await client.db.transaction(async (tx) => {
    for (const id of ['a', 'b', 'a']) notifyAfterCommit(tx, 'news', id)
    notifyAfterCommit(tx, 'other', 'a')
    await tx.execute('select 1 as written')
  })
  await until('a', 'b', 'other a')
  const texts = counter.counts().texts.map((text) => text.split(' ')[0])
  expect(texts).toEqual(['begin', 'select', 'commit', 'select'])
  expect(notifying()).toHaveLength(1)
})

test('what is rolled back is never told', async () => {
  const failed = client.db.transaction((tx) => {
    notifyAfterCommit(tx, 'news', 'never')
    return tx.execute('select 1 / 0')
  })
  await expect(failed).rejects.toThrow()
  await tell('later')
  await until('later')
  expect(notifying()).toHaveLength(1)
})

test('a transaction that tells nothing costs no statement more', async () => {
  await tell()
  expect(counter.counts().statements).toBe(3)
})

test('what is told while something is being told goes together', async () => {
  const ids = Array.from({ length: 50 }, (_, n) => `n${String(n).padStart(2, '0')}`)
  await Promise.all(ids.map((id) => tell(id)))
  await until(...ids)
  expect(notifying().length).toBeLessThan(ids.length / 2)
})

test('what cannot be told is let go of, and the next is told', async () => {
  await database.client.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where pid <> pg_backend_pid() and datname = current_database() and query like '%pg_notify%'`
  await expect
    .poll(async () => {
      await tell('next')
      return told
    })
    .toContain('next')
})

test('what was committed before the pool closed is told', async () => {
  const closing = openDatabase(database.url)
  await closing.db.transaction(async (tx) => {
    notifyAfterCommit(tx, 'news', 'last')
    await tx.execute('select 1 as written')
  })
  await closing.close()
  await expect.poll(() => told).toContain('last')
})
