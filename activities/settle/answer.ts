import { assignmentShape } from '../../api/shapes/assignment.ts'
import { commandShape } from '../../api/shapes/command.ts'
import { assigneeOf, conversationShape } from '../../api/shapes/conversation.ts'
import { messageShape } from '../../api/shapes/message.ts'
import { type ProblemDetails, problem, statusOf } from '../../api/shapes/problem.ts'
import type { Transaction } from '../../db/client.ts'
import type { CommandRow, Settled } from '../../db/commands.ts'
import { type ConversationRow, findSight, type Sight } from '../../db/conversations.ts'
import type { Principal } from '../../db/principals.ts'
import type { RefusalCode } from '../../workflows/domain.ts'
import type { Written } from './carry-out.ts'
import type { Case, Change, Refusal } from './change.ts'

/** The 200 that a carried-out command is answered with. */
export async function acceptance(it: Case, change: Change, written: Written): Promise<Settled> {
  const outcome = written.conversation.queueArrival !== null && change.move ? 'queued' : 'accepted'
  const settledAt = new Date()
  const { assignment, message } = written
  const body = {
    command: commandShape({ ...it.command, outcome, settledAt }),
    conversation:
      it.actor && conversationShape(await sightOf(it.tx, it.actor, it.conversation), it.actor),
    ...(assignment && { assignment: assignmentShape(assignment) }),
    ...(message && { message: messageShape(message) }),
    ...(change.targetAway && { targetAway: true }),
  }
  return { outcome, answerStatus: 200, answerBody: JSON.stringify(body), settledAt }
}

/** The problem that a refused command is answered with: the status and members of its code. */
export async function refusalAnswer(
  tx: Transaction,
  command: CommandRow,
  conversation: ConversationRow,
  refusal: Refusal,
  actor: Principal | null,
): Promise<Settled> {
  const code = refusal.refused
  const details = {
    ...(tellsAssignee(code) && (await whoHoldsIt(tx, conversation, actor))),
    ...refusal.details,
    commandId: command.id,
  }
  const answerBody = JSON.stringify(problem(code, command.requestId ?? command.id, details))
  return {
    outcome: 'refused',
    code,
    answerStatus: statusOf(code),
    answerBody,
    settledAt: new Date(),
  }
}

function tellsAssignee(code: RefusalCode): boolean {
  return code === 'not_assignee' || code === 'assignee_changed'
}

async function whoHoldsIt(
  tx: Transaction,
  conversation: ConversationRow,
  actor: Principal | null,
): Promise<ProblemDetails> {
  if (!actor) return {}
  const sight = await sightOf(tx, actor, conversation)
  return { assignee: assigneeOf(sight), epoch: sight.epoch }
}

async function sightOf(tx: Transaction, actor: Principal, { id }: ConversationRow): Promise<Sight> {
  return (await findSight(tx, actor, id)) as Sight
}
