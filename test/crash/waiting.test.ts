import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listenForSettled } from '../../api/commands/waiting.ts'
import { newId } from '../../db/ids.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

test('a client that waits when the API ends is told at once that the command is pending', async () => {
  const waiting = listenForSettled(database.client, pino({ level: 'silent' }))
  const told = Promise.all([
    waiting.settled(newId('command'), 60_000),
    waiting.settled('x', 60_000),
  ])
  await waiting.close()
  expect(await told).toEqual([null, null])
  expect(await waiting.settled(newId('command'), 60_000)).toBeNull()
})
