import { drizzle } from 'drizzle-orm/postgres-js'
import { type Database, openDatabase } from '../../db/client.ts'
import * as schema from '../../db/schema.ts'
import { ownPostgres } from '../own/postgres.ts'

/** When something was asked of the database, in milliseconds. */
export type Asked = { query: string; at: number }

/** A PostgreSQL of its own, migrated; `asked` fills with what `db` asks of it. */
export async function benchDatabase() {
  const server = await ownPostgres()
  const client = openDatabase(server.url, 5)
  const asked: Asked[] = []
  const logger = { logQuery: (query: string) => void asked.push({ query, at: performance.now() }) }
  const db: Database = drizzle(client.sql, { schema, casing: 'snake_case', logger })
  async function close(): Promise<void> {
    await client.close()
    await server.stop()
  }
  return { db, sql: client.sql, asked, close }
}
