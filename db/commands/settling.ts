import { eq, sql } from 'drizzle-orm'
import { heldRow, valuesOfRow } from '../built-once.ts'
import type { Queryable } from '../client.ts'
import { commands } from '../schema.ts'

export type Settled = {
  outcome: 'accepted' | 'queued' | 'refused'
  code?: string
  answerStatus: number
  answerBody: string
  settledAt: Date
  /** The place it drew in the queue; its position is still to be written into the answer. */
  arrival?: number
}

const COLUMNS = ['outcome', 'code', 'answerStatus', 'answerBody', 'settledAt', 'arrival'] as const

export type SettledValues = ReturnType<typeof valuesOfSettled>

/** What `settlingCommand` is run with. */
export function valuesOfSettled(id: string, settled: Settled) {
  const row = { code: null, arrival: null, ...settled }
  return { ...valuesOfRow(commands, row, PREFIX), [`${PREFIX}id`]: id }
}

const PREFIX = 'settled '

/** Gives a command its outcome and answer: a statement, or a part of one. */
export function settlingCommand(db: Queryable) {
  return db
    .update(commands)
    .set(heldRow(commands, COLUMNS, PREFIX))
    .where(eq(commands.id, sql.placeholder(`${PREFIX}id`)))
}
