import { and, eq, isNotNull, sql } from 'drizzle-orm'
import { until } from '../../bin/embedded/until.ts'
import type { Database, Transaction } from '../../db/client.ts'
import { claimKey } from '../../db/commands/idempotency.ts'
import { commands, conversations, eventCounters } from '../../db/schema.ts'
import type { Principal } from '../../domain/principals.ts'

const SOON_MS = 15_000

export type Hold = {
  release(): Promise<void>
  /** Resolves once a session waits for what is held. */
  untilMet(): Promise<void>
}

/** Keeps `settle` from going on: it waits before it has judged. */
export function holdConversation(db: Database, id: string): Promise<Hold> {
  return hold(db, (tx) =>
    tx.select().from(conversations).where(eq(conversations.id, id)).for('no key update'),
  )
}

/** Keeps `settle` from committing: everything is written but its events. */
export function holdEvents(db: Database, workspaceId: string): Promise<Hold> {
  const { workspaceId: of } = eventCounters
  return hold(db, (tx) =>
    tx.select().from(eventCounters).where(eq(of, workspaceId)).for('no key update'),
  )
}

/** Keeps whoever uses this key waiting; released, it was for another request. */
export function holdKey(db: Database, principal: Principal, key: string): Promise<Hold> {
  return hold(db, (tx) => claimKey(tx, { principal, key, requestHash: 'another' }))
}

async function hold(db: Database, lock: (tx: Transaction) => Promise<unknown>): Promise<Hold> {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let locked = (_by: number) => {}
  const isLocked = new Promise<number>((resolve) => {
    locked = resolve
  })
  const holding = db
    .transaction(async (tx) => {
      await lock(tx)
      const [session] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
      locked((session as { pid: number }).pid)
      await held
    })
    // A database that is killed lets go by itself.
    .catch(() => {})
  const holder = await isLocked
  return {
    async release() {
      letGo()
      await holding
    },
    untilMet: () => soon(() => blocks(db, holder), 'a session waits for what is held'),
  }
}

async function blocks(db: Database, holder: number): Promise<boolean> {
  const [met] = await db
    .select({ pid: sql`pid` })
    .from(sql`pg_stat_activity`)
    .where(sql`datname = current_database() and ${holder} = any(pg_blocking_pids(pid))`)
  return met !== undefined
}

/** Resolves once this many sessions wait for a lock that another one holds. */
export async function untilBlocked(db: Database, sessions: number): Promise<void> {
  const blocked = sql`datname = current_database() and wait_event_type = 'Lock'`
  const isSo = async () => {
    const [row] = await db
      .select({ count: sql<number>`count(*)::int` })
      .from(sql`pg_stat_activity`)
      .where(blocked)
    return row?.count === sessions
  }
  await soon(isSo, `${sessions} sessions wait for a lock`)
}

/** Resolves once the conversation, or any (null), has this many commands that settled. */
export async function untilSettled(
  db: Database,
  conversationId: string | null,
  { count = 1, withinMs = SOON_MS } = {},
): Promise<void> {
  const where = and(
    isNotNull(commands.settledAt),
    conversationId === null ? undefined : eq(commands.conversationId, conversationId),
  )
  const isSo = async () => (await db.$count(commands, where)) >= count
  await soon(isSo, `${count} commands of ${conversationId ?? 'any'} settled`, withinMs)
}

/** Resolves once `condition` holds, the database being there or not. */
export async function soon(condition: () => Promise<boolean>, what: string, withinMs = SOON_MS) {
  if (await until(() => condition().catch(() => false), withinMs)) return
  throw new Error(`Not within ${withinMs / 1000} s: ${what}`)
}
