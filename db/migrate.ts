import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator'
import { connect } from './driver.ts'

/** Any constant will do, as long as every starter takes the same lock. */
const MIGRATION_LOCK = 7_226_866

/**
 * Brings the schema up to date. Safe when many start at once: one session applies, the others
 * wait for its lock and then find nothing to do.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = connect(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    const db = drizzle(client)
    await db.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`)
    await applyMigrations(db, { migrationsFolder: migrationsFolder() })
  } finally {
    await client.end()
  }
}

function migrationsFolder(): string {
  return fileURLToPath(new URL('./migrations', import.meta.url))
}
