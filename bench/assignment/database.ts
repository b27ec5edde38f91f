import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/postgres-js'
import { freePort } from '../../bin/embedded/ports.ts'
import { startPostgres } from '../../bin/embedded/postgres.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import * as schema from '../../db/schema.ts'

/** When something was asked of the database, in milliseconds. */
export type Asked = { query: string; at: number }

/** A PostgreSQL of its own, migrated; `asked` fills with what `db` asks of it. */
export async function benchDatabase() {
  const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'baton-bench-')))
  const server = await startPostgres({ dataDir, port: await freePort(), log: () => {} })
  await migrate(server.url)
  const client = openDatabase(server.url, 5)
  const asked: Asked[] = []
  const logger = { logQuery: (query: string) => void asked.push({ query, at: performance.now() }) }
  const db: Database = drizzle(client.sql, { schema, casing: 'snake_case', logger })
  async function close(): Promise<void> {
    await client.close()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  return { db, sql: client.sql, asked, close }
}
