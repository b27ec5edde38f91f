import { eq, sql } from 'drizzle-orm'
import { drawArrival } from '../../db/chat-assignment/serving.ts'
import { type AssignmentRow, rememberAssigned } from '../../db/conversations/assignments.ts'
import { type ConversationRow, holderIn, holdingOf } from '../../db/conversations/conversations.ts'
import { type MessageRow, oneMoreMessage, storeMessage } from '../../db/conversations/messages.ts'
import { assignments, conversations } from '../../db/schema.ts'
import type { Holder, Status } from '../../domain/words.ts'
import { type Case, type Change, isQueuePlace, type Move } from './change.ts'

/** The clock, not the transaction's beginning, which may lie before a wait for a lock. */
const NOW = sql`clock_timestamp()`

/** What was written: the conversation as it is now, and the rows that came with it. */
export type Written = {
  conversation: ConversationRow
  assignment?: AssignmentRow
  message?: MessageRow
}

/** Writes a change: assignment, conversation and message, all or none with the transaction. */
export async function carryOut(it: Case, change: Change): Promise<Written> {
  if (changesNothing(it.conversation, change)) return { conversation: it.conversation }
  const assignment = change.move && (await insertAssignment(it, change.move))
  const conversation = await updateConversation(it, change)
  if (change.reply === undefined) return { conversation, assignment }
  const message = await storeMessage(it.tx, conversation, {
    author: holderIn(conversation) as Holder,
    text: change.reply,
    commandId: it.command.id,
  })
  return { conversation, assignment, message }
}

function changesNothing(conversation: ConversationRow, change: Change): boolean {
  const { move, originAiAgentId, teamId } = change
  if (move || originAiAgentId !== undefined || teamId !== undefined) return false
  return statusAfter(conversation, change) === conversation.status
}

/** Whoever newly gets a conversation gets it open, unless the change says otherwise. */
function statusAfter({ status }: ConversationRow, change: Change): Status {
  if (change.status !== undefined) return change.status
  const to = change.move?.to
  if (to === undefined) return status
  if (isQueuePlace(to)) return 'pending'
  return to.type === 'user' ? 'open' : status
}

async function insertAssignment(it: Case, move: Move): Promise<AssignmentRow> {
  const { tx, command, conversation } = it
  const to = isQueuePlace(move.to) ? null : holdingOf(move.to)
  const [row] = await tx
    .insert(assignments)
    .values({
      workspaceId: conversation.workspaceId,
      conversationId: conversation.id,
      number: conversation.epoch + 1,
      at: NOW,
      cause: move.cause,
      actorType: command.actorType,
      actorId: command.actorId,
      fromUserId: conversation.assigneeUserId,
      fromAiAgentId: conversation.assigneeAiAgentId,
      toUserId: to?.assigneeUserId,
      toAiAgentId: to?.assigneeAiAgentId,
      teamId: move.teamId,
      queueTeamIds: isQueuePlace(move.to) ? move.to.teamIds : null,
      note: move.note,
      commandId: command.id,
      decision: move.decision,
    })
    .returning()
  await rememberAssigned(tx, row as AssignmentRow)
  return row as AssignmentRow
}

async function updateConversation(it: Case, change: Change): Promise<ConversationRow> {
  const { tx, conversation } = it
  const status = statusAfter(conversation, change)
  const [row] = await tx
    .update(conversations)
    .set({
      status,
      version: conversation.version + 1,
      updatedAt: NOW,
      closedAt: status === 'closed' ? (conversation.closedAt ?? NOW) : null,
      // What is not given stays as it is.
      closingNote: change.closingNote,
      originAiAgentId: change.originAiAgentId,
      teamId: change.teamId,
      ...(change.move && (await holdingAfter(it, change.move))),
      ...(change.reply !== undefined && oneMoreMessage),
    })
    .where(eq(conversations.id, conversation.id))
    .returning()
  return row as ConversationRow
}

const notQueued = {
  queueArrival: null,
  queuedAt: null,
  queueCause: null,
  queueTeamIds: null,
  queueTransferorId: null,
}

async function holdingAfter({ tx, conversation }: Case, { to, teamId }: Move) {
  const epoch = conversation.epoch + 1
  if (!isQueuePlace(to)) {
    const origin = to.type === 'ai_agent' ? to.id : conversation.originAiAgentId
    return { epoch, teamId, ...holdingOf(to), ...notQueued, originAiAgentId: origin }
  }
  return {
    epoch,
    teamId,
    ...holdingOf(null),
    queueArrival: await drawArrival(tx, conversation.workspaceId),
    queuedAt: NOW,
    queueCause: to.cause,
    queueTeamIds: to.teamIds,
    queueTransferorId: to.transferorId ?? null,
  }
}
