import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sweepTurns } from '../../db/schema.ts'
import { claimTurn, leaveTurn } from '../../db/sweep-turn.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase(10)
})
afterAll(() => database.close())

test('of many workers one has the turn, keeps it, and another takes it once it is left or over', async () => {
  const { db } = database.client
  const workers = Array.from({ length: 10 }, (_, n) => `worker ${n}`)
  const took = await Promise.all(workers.map((worker) => claimTurn(db, worker)))
  expect(took.filter((one) => one)).toHaveLength(1)
  const holder = workers[took.indexOf(true)] as string
  const other = workers[took.indexOf(false)] as string
  expect([await claimTurn(db, holder), await claimTurn(db, other)]).toEqual([true, false])
  await leaveTurn(db, other)
  expect(await claimTurn(db, other)).toBe(false)
  await leaveTurn(db, holder)
  expect([await claimTurn(db, other), await claimTurn(db, holder)]).toEqual([true, false])
  // As if the worker that has it had died some seconds ago.
  await db.update(sweepTurns).set({ until: sql`clock_timestamp() - interval '1 second'` })
  expect(await claimTurn(db, holder)).toBe(true)
})
