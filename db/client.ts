import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { connect } from './driver.ts'
import { notifyingThrough, openNotifier } from './notify.ts'
import { preparing } from './prepared.ts'
import * as schema from './schema.ts'

/**
 * Longest wait for a row another transaction holds: who gives up loses their place, and under a burst
 * everything of a workspace waits for its row. Below the local activity's time-out.
 */
const LOCK_TIMEOUT_MS = 6_500
/** Longest statement. Below what follows, so that a database that lives gives up first, and says so. */
const STATEMENT_TIMEOUT_MS = 7_000
/** How long a session that stopped talking in a transaction may keep others waiting: less than these do. */
const IDLE_IN_TRANSACTION_MS = 6_000
/** A session whose database says nothing for so long to who waits is let go of: it may be frozen. */
const SILENCE_TIMEOUT_S = 8
const CONNECT_TIMEOUT_S = 3
/** What is still asked when a pool closes is cut off then. */
const CLOSE_WITHIN_S = 1
/** Between two attempts of one connection; constant, so that recovery is as quick as the database. */
const RECONNECT_DELAY_S = 0.25

export type Database = PostgresJsDatabase<typeof schema>
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]
/** What a query runs on: the pool, or the transaction it must be part of. */
export type Queryable = Database | Transaction

export type DatabaseClient = {
  db: Database
  /**
   * The same, for transactions whose first statements only lock and read: these are sent with the
   * `begin`, in one round trip. Should the `begin` fail, they run outside a transaction.
   */
  lockingFirst: Database
  /** The raw client, for LISTEN. */
  sql: postgres.Sql
  close(): Promise<void>
}

/**
 * Opens a pool of at most `connections`, beside one that notifies; nothing connects before the
 * first query, and a lost connection is opened again by the next one. Queries reject with the
 * driver's error.
 */
export function openDatabase(url: string, connections = 20): DatabaseClient {
  const sql = openPool(url, connections)
  const notifier = openNotifier(openPool(url, 1))
  const texts = new Set<string>()
  const over = (client: postgres.Sql) =>
    notifyingThrough(drizzle(client, { schema, casing: 'snake_case' }), notifier)
  async function close(): Promise<void> {
    await sql.end({ timeout: CLOSE_WITHIN_S })
    await notifier.close(CLOSE_WITHIN_S)
  }
  return {
    db: over(preparing(sql, { texts })),
    lockingFirst: over(preparing(sql, { texts, pipelined: true })),
    sql,
    close,
  }
}

function openPool(url: string, connections: number): postgres.Sql {
  return connect(url, {
    max: connections,
    connect_timeout: CONNECT_TIMEOUT_S,
    silence_timeout: SILENCE_TIMEOUT_S,
    backoff: () => RECONNECT_DELAY_S,
    onnotice: () => {},
    connection: {
      application_name: 'baton',
      // Statements are prepared, and written so that one plan serves all values. To plan a list anew
      // each time takes several times as long as to run it.
      plan_cache_mode: 'force_generic_plan',
      lock_timeout: LOCK_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    },
  })
}
