import { type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Database } from './client.ts'
import {
  commands,
  doneAt,
  events,
  idempotencyKeys,
  notifications,
  shiftChanges,
  webhookDeliveries,
  workspaces,
} from './schema.ts'
import { removeUndelivered } from './webhooks/undelivered.ts'

/** Rows per statement, so that each is short and blocks nobody. */
const BATCH = 1_000

/** Removes at most one batch of rows older than `before` (ISO 8601); returns how many. */
type Remove = (db: Database, before: string) => Promise<number>

/**
 * What is removed after the time of retention, oldest first; conversations, assignments and
 * messages stay. A command and its Idempotency-Key go together: a repeat must not find the key alone.
 */
export const removals: Record<string, Remove> = {
  shiftChanges: removing(
    shiftChanges,
    sql`${shiftChanges.state} <> 'running'`,
    sql`${shiftChanges.endedAt}`,
  ),
  deliveries: removing(
    webhookDeliveries,
    sql`${webhookDeliveries.state} <> 'pending'`,
    sql`${webhookDeliveries.createdAt}`,
  ),
  undelivered: removeUndelivered,
  commands: removing(commands, sql`${commands.outcome} <> 'pending'`, doneAt(commands)),
  answers: removing(
    idempotencyKeys,
    sql`${idempotencyKeys.commandId} is null`,
    sql`${idempotencyKeys.createdAt}`,
  ),
  notifications: removing(notifications, sql`true`, sql`${notifications.at}`),
  events: removeEvents,
}

function removing(table: PgTable, done: SQL, since: SQL): Remove {
  return async (db, before) => {
    const { count } = await db.execute(sql`
      delete from ${table} where ctid = any(array(
        select ctid from ${table} where ${done} and ${since} < ${before}::timestamptz
        order by ${since} limit ${BATCH} for update skip locked))`)
    return count
  }
}

/** Workspaces whose events one call removes; most have few. */
const WORKSPACES = 20

async function removeEvents(db: Database, before: string): Promise<number> {
  let removed = 0
  for (const workspaceId of await listWithOldEvents(db, before)) {
    removed += await removeEventsOf(db, workspaceId, before)
  }
  return removed
}

/** Removes from the oldest position up to the first event that is kept, so that no gap appears. */
async function removeEventsOf(db: Database, workspaceId: string, before: string): Promise<number> {
  const { count } = await db.execute(sql`
    delete from ${events} where workspace_id = ${workspaceId} and position <= (
      select max(position) from (
        select position, bool_and(at < ${before}::timestamptz) over (order by position) as past
        from (select position, at from ${events} where workspace_id = ${workspaceId}
              order by position limit ${BATCH}) oldest
      ) judged where past)`)
  return count
}

async function listWithOldEvents(db: Database, before: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select id from ${workspaces} cross join lateral (
      select at from ${events} where workspace_id = ${workspaces.id} order by position limit 1
    ) oldest where at < ${before}::timestamptz limit ${WORKSPACES}`)
  return rows.map((row) => row.id)
}
