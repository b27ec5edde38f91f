import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { inject } from 'vitest'
import { type DatabaseClient, openDatabase } from '../../db/client.ts'

export type FreshDatabase = { client: DatabaseClient; url: string; close(): Promise<void> }

/** An empty, migrated database of its own, cloned from the template, whose sessions begin with these defaults. */
export async function freshDatabase(
  connections = 20,
  defaults: Record<string, string> = {},
): Promise<FreshDatabase> {
  const server = inject('postgresUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await onServer(server, (sql) => sql`create database ${sql(name)} template template_baton`)
  for (const [setting, value] of Object.entries(defaults)) {
    await onServer(server, (sql) => sql.unsafe(`alter database ${name} set ${setting} = ${value}`))
  }
  const url = new URL(server)
  url.pathname = `/${name}`
  const client = openDatabase(url.href, connections)
  return {
    client,
    url: url.href,
    async close() {
      await client.close()
      await onServer(server, (sql) => sql`drop database ${sql(name)} with (force)`)
    },
  }
}

async function onServer(url: string, run: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await run(sql)
  } finally {
    await sql.end()
  }
}
