import type postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { connect } from '../../db/driver.ts'
import { type SqlCounter, startSqlCounter } from './sql-count.ts'

let counter: SqlCounter
let sql: postgres.Sql
beforeAll(async () => {
  counter = await startSqlCounter(inject('postgresUrl'), { ignoring: [/from pg_poll/] })
  sql = connect(counter.url, { max: 1, onnotice: () => {} })
  await sql`create temporary table pg_poll (n int)`
  await one(0)
})
beforeEach(() => counter.reset())
afterAll(async () => {
  await sql.end()
  counter.close()
})

const one = (n: number) => sql`select ${n}::int as n`

test('a prepared statement is one round trip, each time it runs', async () => {
  await one(1)
  await one(2)
  expect(counter.counts()).toEqual({
    statements: 2,
    roundTrips: 2,
    texts: ['select $1::int as n', 'select $1::int as n'],
    prepared: 0,
  })
})

test('one that the driver describes first is two', async () => {
  await sql.unsafe('select $1::int as m', [1])
  expect(counter.counts()).toEqual({
    statements: 1,
    roundTrips: 2,
    texts: ['select $1::int as m'],
    prepared: 0,
  })
})

test('a transaction counts with its beginning and its end', async () => {
  await sql.begin((tx) => tx`select ${1}::int as n`)
  const { statements, roundTrips, texts } = counter.counts()
  expect({ statements, roundTrips }).toEqual({ statements: 3, roundTrips: 3 })
  expect(texts).toEqual(
    ['begin', 'select $1::int as n', 'commit'].map((t) => expect.stringContaining(t)),
  )
})

test('what is sent without waiting for an answer shares a round trip', async () => {
  await Promise.all([one(1), one(2), one(3)])
  expect(counter.counts()).toMatchObject({ statements: 3, roundTrips: 1 })
})

test('one that fails counts, and so does what follows it', async () => {
  await expect(sql`select 1 / ${0}::int`).rejects.toThrow('division by zero')
  const failed = counter.counts()
  await one(1)
  expect(failed.statements).toBe(1)
  expect(counter.counts()).toMatchObject({ statements: 2, roundTrips: failed.roundTrips + 1 })
})

test('a long text and a long answer are counted once', async () => {
  const long = 'x'.repeat(300_000)
  const [row] = await sql`select ${long} as text`
  expect(row?.text).toBe(long)
  expect(counter.counts().statements).toBe(1)
})

test('what is ignored does not count, neither what listens', async () => {
  await sql`select n from pg_poll`
  const { unlisten } = await sql.listen('somewhere', () => {})
  await one(1)
  await unlisten()
  expect(counter.counts()).toMatchObject({ statements: 1, texts: ['select $1::int as n'] })
  expect(counter.counts().roundTrips).toBe(1)
})

test('several connections count together', async () => {
  const other = connect(counter.url, { max: 1, fetch_types: false })
  await Promise.all([one(1), other`select 2`])
  await other.end()
  expect(counter.counts()).toMatchObject({ statements: 2, roundTrips: 2 })
})

test('who counts may be chosen by the name of the application', async () => {
  const chosen = await startSqlCounter(inject('postgresUrl'), {
    counting: ({ applicationName }) => applicationName === 'web',
  })
  const named = (application_name: string) =>
    connect(chosen.url, { max: 1, fetch_types: false, connection: { application_name } })
  const [web, worker] = [named('web'), named('worker')]
  await Promise.all([web`select 1`, worker`select 2`])
  const counted = { statements: 1, roundTrips: 1, texts: ['select 1'], prepared: 1 }
  expect(chosen.counts()).toEqual(counted)
  await Promise.all([web.end(), worker.end()])
  chosen.close()
})
