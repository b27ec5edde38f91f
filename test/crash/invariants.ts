import { type SQL, sql } from 'drizzle-orm'
import { expect } from 'vitest'
import type { Database } from '../../db/client.ts'
import { assignments, commands, conversations, events, messages } from '../../db/schema.ts'

/** What must never be there once everything is settled, by the invariant it would break. */
const conversationsThat: Record<string, SQL> = {
  'have a gap in their assignments, or another epoch than the last': sql`
    (select array_agg(number order by number) from assignments where conversation_id = conversations.id)
      is distinct from (select array_agg(number) from generate_series(1, epoch) number)`,
  'are held by nobody and wait nowhere': sql`
    num_nonnulls(assignee_user_id, assignee_ai_agent_id, queue_arrival) <> 1`,
  'wait at a place that another has': sql`
    queue_arrival in (select queue_arrival from conversations other
      where other.workspace_id = conversations.workspace_id and other.id <> conversations.id)`,
  'were taken out of the queue and given to nobody': sql`
    exists (select from assignments
      where conversation_id = conversations.id and cause = 'queue' and to_user_id is null)`,
  'are open and held by somebody who was deactivated': sql`
    status in ('open', 'pending', 'overdue') and assignee_user_id in
      (select id from users where deactivated_at is not null)`,
  'count other messages than they have': sql`
    message_count <> (select count(*) from messages where conversation_id = conversations.id)`,
}

const commandsThat: Record<string, SQL> = {
  'are pending': sql`outcome = 'pending'`,
  'sent two messages': sql`
    (select count(*) from messages where command_id = commands.id) > 1`,
  'changed the Assignee though refused, or were a takeover and did not': sql`
    kind = 'takeover' and (outcome = 'accepted')
      <> exists (select from assignments where command_id = commands.id)`,
}

/** Fails when anything was lost, done twice, or left waiting. */
export async function expectInvariants(db: Database): Promise<void> {
  const broken: Record<string, string[]> = {}
  for (const [what, where] of Object.entries(conversationsThat)) {
    const rows = await db.select({ id: conversations.id }).from(conversations).where(where)
    if (rows.length > 0) broken[`conversations that ${what}`] = rows.map((row) => row.id)
  }
  for (const [what, where] of Object.entries(commandsThat)) {
    const rows = await db.select({ id: commands.id }).from(commands).where(where)
    if (rows.length > 0) broken[`commands that ${what}`] = rows.map((row) => row.id)
  }
  const untold = await messagesWithoutEvent(db)
  if (untold.length > 0) broken['messages of which no event tells, or two'] = untold
  const unaware = await assignmentsWithoutNotification(db)
  if (unaware.length > 0)
    broken['assignments of which the Assignee was not told, or twice'] = unaware
  expect(broken).toEqual({})
}

/** Every assignment of a user by somebody else, as conversation and user. */
async function assignmentsWithoutNotification(db: Database): Promise<string[]> {
  const told = sql`(select count(*) from notifications where kind = 'assigned'
    and notifications.conversation_id = ${assignments.conversationId}
    and notifications.user_id = ${assignments.toUserId})`
  const given = sql`count(*) filter (where ${assignments.actorId} is distinct from ${assignments.toUserId})`
  const rows = await db
    .select({ conversation: assignments.conversationId, user: assignments.toUserId })
    .from(assignments)
    .where(sql`${assignments.toUserId} is not null`)
    .groupBy(assignments.conversationId, assignments.toUserId)
    .having(sql`${given} <> ${told}`)
  return rows.map(({ conversation, user }) => `${conversation} to ${user}`)
}

async function messagesWithoutEvent(db: Database): Promise<string[]> {
  const told = sql`(select count(*) from ${events}
    where ${events.type} = 'message.created' and ${events.data}->>'id' = ${messages.id})`
  const rows = await db.select({ id: messages.id }).from(messages).where(sql`${told} <> 1`)
  return rows.map((row) => row.id)
}
