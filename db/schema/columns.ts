import { type SQL, sql } from 'drizzle-orm'
import { check, type PgColumn, text, timestamp } from 'drizzle-orm/pg-core'

/** Milliseconds, UTC: what JavaScript's Date and the API carry, so that cursors compare exactly. */
export const instant = () => timestamp({ precision: 3, withTimezone: true, mode: 'date' })

export const createdAt = () => instant().notNull().defaultNow()

export const id = () => text().primaryKey()

/** A check that the column holds one of these words (or null, where it may). */
export function oneOf(name: string, column: PgColumn, words: readonly string[]) {
  return check(name, isOneOf(column, words))
}

/** The column holds one of these words, which stand in the text. */
export function isOneOf(column: PgColumn, words: readonly string[]): SQL {
  const list = sql.raw(words.map((word) => `'${word}'`).join(', '))
  return sql`${column} in (${list})`
}
