import type { CommandRow } from '../db/commands/commands.ts'
import { actorOf } from '../db/conversations/assignments.ts'

/** The contract's Command without its answer, which only its actor may see. */
export function commandShape(row: CommandRow) {
  return {
    id: row.id,
    kind: row.kind,
    conversationId: row.conversationId,
    actor: actorOf(row),
    // A withdrawn command counts as pending: a repeat of its key sends it again.
    outcome: row.outcome === 'withdrawn' ? ('pending' as const) : row.outcome,
    ...(row.code !== null && { code: row.code }),
    createdAt: row.createdAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
  }
}

/** The Command with the answer that was given, for its actor. */
export function commandWithAnswer(row: CommandRow) {
  if (row.answerStatus === null || row.answerBody === null) return commandShape(row)
  return {
    ...commandShape(row),
    answer: {
      status: row.answerStatus,
      body: JSON.parse(row.answerBody) as Record<string, unknown>,
    },
  }
}
