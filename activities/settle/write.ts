import { eq, sql } from 'drizzle-orm'
import {
  type AssignmentRow,
  actorOf,
  insertAssignment,
} from '../../db/conversations/assignments.ts'
import {
  type Author,
  justCounted,
  type MessageRow,
  oneMoreMessage,
  storeMessage,
} from '../../db/conversations/messages.ts'
import { type ConversationRow, holdingOf } from '../../db/conversations/row.ts'
import { findSight, type Sight } from '../../db/conversations/sight.ts'
import { drawArrival } from '../../db/queue/arrival.ts'
import { conversations } from '../../db/schema.ts'
import type { Status } from '../../domain/words.ts'
import { type Case, type Change, isQueuePlace, type Move } from './change.ts'

/** The clock, not the transaction's beginning, which may lie before a wait for a lock. */
const NOW = sql`clock_timestamp()`

/** What was written: the conversation as it is now, also as the actor meets it, and the rows that came with it. */
export type Written = {
  conversation: ConversationRow
  sight: Sight | null
  assignment?: AssignmentRow
  message?: MessageRow
}

/** Writes a change: assignment, conversation and message, all or none with the transaction. */
export async function carryOut(it: Case, change: Change): Promise<Written> {
  if (changesNothing(it.conversation, change)) {
    return { conversation: it.conversation, sight: await sightOf(it) }
  }
  const { move, reply } = change
  const arrival =
    move && isQueuePlace(move.to) ? await drawArrival(it.tx, it.conversation.workspaceId) : null
  // Sent one behind the other, in this order and without a wait: the reply finds the conversation
  // counted, and the actor meets it as it is written. So none of these may await before it sends.
  const [assignment, conversation, message, sight] = await Promise.all([
    move && insertAssignment(it.tx, assignmentOf(it, move)),
    updateConversation(it, change, arrival),
    reply === undefined ? undefined : storeReply(it, reply),
    sightOf(it),
  ])
  return { conversation, sight, assignment, message }
}

async function sightOf({ tx, actor, conversation }: Case): Promise<Sight | null> {
  return actor && findSight(tx, actor, conversation.id)
}

/** A reply is one act with the move that makes its author the Assignee, under the new epoch. */
function storeReply({ tx, command, conversation }: Case, text: string): Promise<MessageRow> {
  const { id, workspaceId, messageCount, epoch } = conversation
  const counted = {
    messageCount: messageCount + 1,
    epoch: epoch + 1,
    lastMessageAt: justCounted(id),
  }
  const author = actorOf(command) as Author
  return storeMessage(tx, { id, workspaceId, ...counted }, { author, text, commandId: command.id })
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

function assignmentOf({ command, conversation }: Case, move: Move) {
  const to = isQueuePlace(move.to) ? null : holdingOf(move.to)
  return {
    workspaceId: conversation.workspaceId,
    conversationId: conversation.id,
    number: conversation.epoch + 1,
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
  }
}

async function updateConversation(
  it: Case,
  change: Change,
  arrival: number | null,
): Promise<ConversationRow> {
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
      ...(change.move && holdingAfter(it, change.move, arrival)),
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

function holdingAfter({ conversation }: Case, { to, teamId }: Move, arrival: number | null) {
  const epoch = conversation.epoch + 1
  if (!isQueuePlace(to)) {
    const origin = to.type === 'ai_agent' ? to.id : conversation.originAiAgentId
    return { epoch, teamId, ...holdingOf(to), ...notQueued, originAiAgentId: origin }
  }
  return {
    epoch,
    teamId,
    ...holdingOf(null),
    queueArrival: arrival,
    queuedAt: NOW,
    queueCause: to.cause,
    queueTeamIds: to.teamIds,
    queueTransferorId: to.transferorId ?? null,
  }
}
