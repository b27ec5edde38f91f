import { Client } from '@temporalio/client'
import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { startSweeper } from '../../activities/sweep.ts'
import { freePort } from '../../bin/embedded/ports.ts'
import { sweepTurns } from '../../db/schema.ts'
import { claimTurn } from '../../db/sweep-turn.ts'
import { openConnection } from '../../engine/connection.ts'
import { createEngine } from '../../engine/signal.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

const isFree = sql<boolean>`${sweepTurns.until} <= clock_timestamp()`

test('a worker that cannot reach Temporal leaves the turn to sweep to another', async () => {
  const { db } = database.client
  const connection = openConnection(`127.0.0.1:${await freePort()}`)
  const engine = createEngine(new Client({ connection }))
  const sweeper = startSweeper({ db, engine, log: pino({ level: 'silent' }) })
  onTestFinished(async () => {
    await sweeper.stop()
    await connection.close()
  })
  const patient = { timeout: 15_000, interval: 100 }
  await vi.waitFor(async () => expect(await db.$count(sweepTurns)).toBe(1), patient)
  let free = 0
  await vi.waitFor(async () => {
    const [turn] = await db.select({ isFree }).from(sweepTurns)
    free = turn?.isFree ? free + 1 : 0
    // Not only between two of its repairs.
    expect(free).toBeGreaterThanOrEqual(5)
  }, patient)
  expect(await claimTurn(db, 'another')).toBe(true)
})
