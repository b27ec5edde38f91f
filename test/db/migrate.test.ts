import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { migrate } from '../../db/migrate.ts'

const name = `empty_${randomBytes(6).toString('hex')}`
const url = new URL(inject('postgresUrl'))
url.pathname = `/${name}`
let admin: postgres.Sql

beforeAll(async () => {
  admin = postgres(inject('postgresUrl'), { max: 1 })
  await admin`create database ${admin(name)}`
})
afterAll(async () => {
  await admin`drop database ${admin(name)} with (force)`
  await admin.end()
})

test('twenty starts at once migrate an empty database once', async () => {
  await Promise.all(Array.from({ length: 20 }, () => migrate(url.href)))
  const sql = postgres(url.href, { max: 1 })
  const applied = await sql`select hash from drizzle.__drizzle_migrations`
  await sql.end()
  expect(new Set(applied.map(({ hash }) => hash)).size).toBe(applied.length)
  expect(applied.length).toBeGreaterThan(0)
})
