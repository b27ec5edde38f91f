import type { Database } from '../../db/client.ts'
import { type CommandRow, completeAnswer } from '../../db/commands/commands.ts'
import { placeOf } from '../../db/queue/position.ts'

/**
 * The row of a command with its whole answer: one that queued its conversation was settled
 * without the position, which whoever reads it first counts, for all who read it later.
 */
export async function withPosition(db: Database, row: CommandRow): Promise<CommandRow> {
  if (row.arrival === null || row.answerBody === null) return row
  const answer = JSON.parse(row.answerBody)
  const { teamspaceId, queue } = answer.conversation
  queue.position = await placeOf(db, teamspaceId, row.arrival)
  return (await completeAnswer(db, row.id, JSON.stringify(answer))) ?? row
}
