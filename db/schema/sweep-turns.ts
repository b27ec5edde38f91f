import { sql } from 'drizzle-orm'
import { boolean, check, pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

/** Which worker sweeps, and until when it may without saying so again. One row, of no workspace. */
export const sweepTurns = pgTable(
  'sweep_turns',
  {
    one: boolean().primaryKey().default(true),
    holder: text().notNull(),
    until: instant().notNull(),
  },
  (t) => [check('sweep_turns_one', sql`${t.one}`)],
)
