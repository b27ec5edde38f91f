import { and, eq, inArray, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { Database } from '../client.ts'
import { commands } from '../schema.ts'
import type { CommandRow } from './commands.ts'

const FIRST_AFTER_S = 5
const LONGEST_WAIT_S = 60
const BATCH = 100

/**
 * Pending commands whose workflow should have settled them by now, each claimed by one sweeper:
 * after 5 s, then at doubling intervals up to a minute, because every signal to a workflow that
 * cannot run now stays in its history.
 */
export function claimOverdueCommands(db: Database): Promise<CommandRow[]> {
  const longer = sql`least(${FIRST_AFTER_S} * power(2, ${commands.sweeps}), ${LONGEST_WAIT_S})`
  // An offer that is told in vain is soon passed over.
  const isFresh = sql`${commands.kind} = 'offer' and ${commands.sweeps} < 2`
  const wait = sql`make_interval(secs => case when ${isFresh} then ${FIRST_AFTER_S} else ${longer} end)`
  const overdue = new QueryBuilder({ casing: 'snake_case' })
    .select({ id: commands.id })
    .from(commands)
    .where(and(eq(commands.outcome, 'pending'), sql`${commands.signalledAt} < now() - ${wait}`))
    .orderBy(commands.signalledAt)
    .limit(BATCH)
    .for('update', { skipLocked: true })
  return db
    .update(commands)
    .set({ signalledAt: sql`now()`, sweeps: sql`${commands.sweeps} + 1` })
    .where(inArray(commands.id, overdue))
    .returning()
}
