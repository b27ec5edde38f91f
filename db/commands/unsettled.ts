import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import type { Database } from '../client.ts'
import { commands } from '../schema.ts'
import type { CommandRow } from './commands.ts'

const FIRST_AFTER_S = 5
const LONGEST_WAIT_S = 60
const BATCH = 100
/** Longer than one signal is under way: what was asked for that much later was signalled later. */
const SIGNALLED_WITHIN_S = 4
/** Of one conversation in which nothing is settled, so many are signalled, however many wait. */
const AT_ONCE = 10

/**
 * Pending commands whose signal seems lost, each claimed by one sweeper: after 5 s, then at
 * doubling intervals up to a minute, because every signal to a workflow that cannot run now stays
 * in its history. One that only waits behind others is not among them.
 */
export function claimOverdueCommands(db: Database): Promise<CommandRow[]> {
  const longer = sql`least(${FIRST_AFTER_S} * power(2, ${commands.sweeps}), ${LONGEST_WAIT_S})`
  // An offer that is told in vain is soon passed over.
  const isFresh = sql`${commands.kind} = 'offer' and ${commands.sweeps} < 2`
  const wait = sql`make_interval(secs => case when ${isFresh} then ${FIRST_AFTER_S} else ${longer} end)`
  const isLate = sql`${commands.signalledAt} < now() - ${wait}`
  const overdue = new QueryBuilder({ casing: 'snake_case' })
    .select({ id: commands.id })
    .from(commands)
    .where(and(eq(commands.outcome, 'pending'), isLate, sql`(${wasPassedOver} or ${isStuck})`))
    .orderBy(commands.signalledAt)
    .limit(BATCH)
    .for('update', { skipLocked: true })
  return db
    .update(commands)
    .set({ signalledAt: sql`now()`, sweeps: sql`${commands.sweeps} + 1` })
    .where(inArray(commands.id, overdue))
    .returning()
}

/**
 * One that was signalled later is settled, and a workflow takes its commands in the order of
 * their signals. One that a sweeper signalled again proves nothing: its first signal may have come.
 * Nor does a reply: the API settles it, and the workflow never has it.
 */
const wasPassedOver: SQL = sql`exists (
  select from ${commands} later
  where later.conversation_id = ${commands.conversationId}
    and later.created_at > ${commands.signalledAt} + make_interval(secs => ${SIGNALLED_WITHIN_S})
    and later.kind <> 'reply' and later.settled_at is not null and later.sweeps = 0)`

/** Among the first of a conversation in which nothing was settled for as long as a signal may take. */
const isStuck: SQL = sql`(
  ${commands.conversationId} not in (
    select recent.conversation_id from ${commands} recent
    where recent.outcome <> 'pending' and recent.kind <> 'reply' and recent.settled_at is not null
      and coalesce(recent.settled_at, recent.created_at) > now() - make_interval(secs => ${FIRST_AFTER_S}))
  and ${commands.id} in (
    select id from (
      select id, row_number() over (partition by conversation_id order by created_at, id) place
      from ${commands} where outcome = 'pending') waiting
    where place <= ${AT_ONCE}))`
