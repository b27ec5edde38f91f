import { assigneeOf } from '../../contract/conversation.ts'
import { type ProblemDetails, problem, statusOf } from '../../contract/problem.ts'
import type { Transaction } from '../../db/client.ts'
import { type CommandRow, type Settled, settleCommand } from '../../db/commands/commands.ts'
import { actorOf } from '../../db/conversations/assignments.ts'
import type { ConversationRow } from '../../db/conversations/row.ts'
import { findSight, type Sight } from '../../db/conversations/sight.ts'
import type { NewEvent } from '../../db/events/record.ts'
import type { Principal } from '../../domain/principals.ts'
import type { RefusalCode } from '../../domain/words.ts'

/** A command that is not carried out, the conversation it met, and who asked (null: the service). */
type Refused = {
  command: CommandRow
  conversation: ConversationRow
  actor: Principal | null
  code: RefusalCode
  /** What the problem carries beyond the common members. */
  details?: ProblemDetails
}

/** A refused attempt's answer, and what is to be told of it, last in the transaction. */
type OnRecord = { settled: Settled; newEvents: NewEvent[] }

/** Puts a refused attempt on record, with its answer. */
export async function refuse(tx: Transaction, refused: Refused): Promise<OnRecord> {
  const { command, conversation, code } = refused
  const settled = await answerTo(tx, refused)
  await settleCommand(tx, command.id, settled)
  // What the service itself attempts is nobody's to read.
  if (command.actorId === null) return { settled, newEvents: [] }
  const data = { commandId: command.id, kind: command.kind, actor: actorOf(command), code }
  const unchanged = { before: conversation, after: conversation }
  return { settled, newEvents: [{ type: 'command.refused', data, conversation: unchanged }] }
}

async function answerTo(tx: Transaction, refused: Refused): Promise<Settled> {
  const { command, code, details } = refused
  const members = { ...(await whoHoldsIt(tx, refused)), ...details, commandId: command.id }
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

async function whoHoldsIt(tx: Transaction, { conversation, actor, code }: Refused) {
  if (!actor || !namesTheAssignee.has(code)) return {}
  const sight = (await findSight(tx, actor, conversation.id)) as Sight
  return { assignee: assigneeOf(sight), epoch: sight.epoch }
}
