import { sql } from 'drizzle-orm'
import { expect } from 'vitest'
import type { TestApi } from '../../harness/api.ts'

/** Resolves once this many sessions wait for a row that another one holds. */
export async function untilWaiting(api: TestApi, sessions: number): Promise<void> {
  const waiting = async () => {
    const [row] = await api.database.client.db.execute(
      sql`select count(*)::int as sessions from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return row?.sessions
  }
  await expect.poll(waiting, { interval: 10 }).toBe(sessions)
}
