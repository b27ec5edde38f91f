import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { aLivechat } from '../harness/scenes.ts'
import { aWorkspace, expectStatus } from '../harness/workspace.ts'

/** What an operator may have set for all sessions of the database. */
const hostile = {
  datestyle: "'German'",
  timezone: "'Asia/Kolkata'",
  intervalstyle: "'sql_standard'",
  standard_conforming_strings: 'off',
  search_path: 'elsewhere',
  default_transaction_isolation: "'serializable'",
}

let api: TestApi
beforeAll(async () => {
  api = await testApi({ databaseDefaults: hostile })
})
afterAll(() => api.close())

const isNow = (at: string) => Math.abs(Date.parse(at) - Date.now()) < 60_000

test('times are written and read whatever the database has as defaults', async () => {
  const w = await aWorkspace(api)
  const mia = await w.user('Mia')
  const { body: online } = await mia.put('/v1/users/me/presence', {
    presence: 'online',
    ttlSeconds: 60,
  })
  expect(isNow(online.onlineSince)).toBe(true)
  expect(isNow(new Date(Date.parse(online.presenceExpiresAt) - 60_000).toISOString())).toBe(true)
  const held = await aLivechat(w, mia)
  await held.does(mia, 'messages', { text: "It's \\ 'quoted'" })
  const [message] = (await held.messages()).slice(-1)
  expect(message.text).toBe("It's \\ 'quoted'")
  expect(isNow(message.sentAt)).toBe(true)
  const { items } = expectStatus(await mia.get('/v1/conversations?limit=1'), 200)
  expect(isNow(items[0].createdAt)).toBe(true)
  await held.does(mia, 'close')
  const second = expectStatus(await w.admin.get('/v1/conversations?limit=1'), 200)
  expect(isNow(second.items[0].closedAt)).toBe(true)
})

test('a session says what it relies on', async () => {
  const { client, close } = await another()
  try {
    const settings = Object.keys(hostile)
    const rows = await client.sql`
      select name, setting from pg_settings where lower(name) in ${client.sql(settings)}`
    expect(
      Object.fromEntries(rows.map(({ name, setting }) => [name.toLowerCase(), setting])),
    ).toEqual({
      datestyle: 'ISO, MDY',
      timezone: 'UTC',
      intervalstyle: 'postgres',
      standard_conforming_strings: 'on',
      search_path: '"$user", public',
      default_transaction_isolation: 'read committed',
    })
  } finally {
    await close()
  }
})

async function another() {
  const client = openDatabase(api.database.url, 1)
  return { client, close: client.close }
}

test('migrations make the tables where everything looks for them', async () => {
  const name = new URL(api.database.url).pathname.slice(1).concat('_bare')
  const admin = postgres(api.database.url, { max: 1, connection: { search_path: 'public' } })
  const url = new URL(api.database.url)
  url.pathname = `/${name}`
  await admin.unsafe(`create database ${name}`)
  try {
    for (const [setting, value] of Object.entries(hostile)) {
      await admin.unsafe(`alter database ${name} set ${setting} = ${value}`)
    }
    await migrate(url.href)
    await migrate(url.href)
    const bare = openDatabase(url.href, 1)
    const [found] =
      await bare.sql`select count(*)::int as tables from pg_tables where schemaname = 'public'`
    await bare.close()
    expect(found?.tables).toBeGreaterThan(10)
  } finally {
    await admin.unsafe(`drop database ${name} with (force)`)
    await admin.end()
  }
})
