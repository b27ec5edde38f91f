import { and, count, eq, gt, gte, isNotNull, lt, max } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { type AssignmentRow, toOf } from '../../db/conversations/assignments.ts'
import { assignments, messages } from '../../db/schema.ts'

/**
 * What happened between an AI agent's handing off and the chat's return to it: who held it from
 * when to when, how many messages were exchanged, and the closing note. ISO 8601 UTC.
 */
export async function humanStretch(tx: Transaction, returned: AssignmentRow) {
  const rows = await tx
    .select()
    .from(assignments)
    .where(
      and(
        eq(assignments.conversationId, returned.conversationId),
        gt(assignments.number, lastAiNumberBefore(tx, returned)),
      ),
    )
    .orderBy(assignments.number)
  const first = rows[0] as AssignmentRow
  const held = rows.slice(0, -1).map((row, index) => ({
    assignee: toOf(row),
    from: row.at.toISOString(),
    to: (rows[index + 1] as AssignmentRow).at.toISOString(),
  }))
  return {
    aiAgentId: returned.toAiAgentId,
    from: first.at.toISOString(),
    to: returned.at.toISOString(),
    held,
    messages: await countMessages(tx, returned.conversationId, first.number),
    note: returned.note,
  }
}

function lastAiNumberBefore(tx: Transaction, returned: AssignmentRow) {
  const { conversationId, number } = returned
  return tx
    .select({ number: max(assignments.number) })
    .from(assignments)
    .where(
      and(
        eq(assignments.conversationId, conversationId),
        isNotNull(assignments.toAiAgentId),
        lt(assignments.number, number),
      ),
    )
}

async function countMessages(tx: Transaction, conversationId: string, fromEpoch: number) {
  const [row] = await tx
    .select({ messages: count() })
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), gte(messages.epoch, fromEpoch)))
  return row?.messages ?? 0
}
