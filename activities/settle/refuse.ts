import { assigneeOf } from '../../contract/conversation.ts'
import { type ProblemDetails, problem, statusOf } from '../../contract/problem.ts'
import type { Transaction } from '../../db/client.ts'
import type { CommandRow } from '../../db/commands/commands.ts'
import { settleCommand } from '../../db/commands/settle.ts'
import type { Settled } from '../../db/commands/settling.ts'
import { actorOf } from '../../db/conversations/assignments.ts'
import type { ConversationRow } from '../../db/conversations/row.ts'
import type { Sight } from '../../db/conversations/sight.ts'
import type { NewEvent } from '../../db/events/record.ts'
import type { RefusalCode } from '../../domain/words.ts'

/** A command that is not carried out, and the conversation it met. */
type Refused = {
  command: CommandRow
  conversation: ConversationRow
  /** How who asked meets it; null for the service. */
  sight: Sight | null
  code: RefusalCode
  /** What the problem carries beyond the common members. */
  details?: ProblemDetails
}

/** Puts a refused attempt on record, with its answer, which is returned; last in the transaction. */
export async function refuse(tx: Transaction, refused: Refused): Promise<Settled> {
  const { command, conversation, code } = refused
  const settled = answerTo(refused)
  const data = { commandId: command.id, kind: command.kind, actor: actorOf(command), code }
  const unchanged = { before: conversation, after: conversation }
  const told: NewEvent = { type: 'command.refused', data, conversation: unchanged }
  // What the service itself attempts is nobody's to read.
  await settleCommand(tx, command, settled, command.actorId === null ? [] : [told])
  return settled
}

function answerTo(refused: Refused): Settled {
  const { command, code, details } = refused
  const members = { ...whoHoldsIt(refused), ...details, commandId: command.id }
  return {
    outcome: 'refused',
    code,
    answerStatus: statusOf(code),
    answerBody: JSON.stringify(problem(code, command.requestId ?? command.id, members)),
    settledAt: new Date(),
  }
}

/** Whoever is refused with one of these is told who holds it now. */
const namesTheAssignee: ReadonlySet<RefusalCode> = new Set([
  'conversation_closed',
  'assignee_changed',
  'not_assignee',
])

function whoHoldsIt({ sight, code }: Refused) {
  if (!sight || !namesTheAssignee.has(code)) return {}
  return { assignee: assigneeOf(sight), epoch: sight.epoch }
}
