import { eq, getTableColumns, sql, type WithSubquery } from 'drizzle-orm'
import {
  type AssignmentRow,
  actorOf,
  insertAssignment,
  rememberAssigned,
} from '../../db/conversations/assignments.ts'
import {
  type Author,
  insertMessage,
  type MessageRow,
  sentAfter,
} from '../../db/conversations/messages.ts'
import { type ConversationRow, holdingOf } from '../../db/conversations/row.ts'
import { assigneeName, metBy, type Sight } from '../../db/conversations/sight.ts'
import { newId } from '../../db/ids.ts'
import { firstNotifications, insertNotifications } from '../../db/notifications.ts'
import { drawArrival } from '../../db/queue/arrival.ts'
import { conversations } from '../../db/schema.ts'
import type { Status } from '../../domain/words.ts'
import { type Case, type Change, isQueuePlace, type Move, sightOf } from './change.ts'
import { noticesFor } from './notices.ts'

/** All that a change writes is one statement: it begins when all locks are held, and its rows agree. */
const NOW = sql`statement_timestamp()`

/** What was written: the conversation as it is now, also as the actor meets it, and the rows that came with it. */
export type Written = {
  conversation: ConversationRow
  sight: Sight | null
  assignment?: AssignmentRow
  message?: MessageRow
}

/**
 * Writes a change: conversation, assignment, message, and the notices of whom the assignment
 * concerns, in one statement.
 */
export async function carryOut(it: Case, change: Change): Promise<Written> {
  const { tx, conversation } = it
  if (changesNothing(conversation, change)) return { conversation, sight: sightOf(it) }
  const { move, reply } = change
  const arrival =
    move && isQueuePlace(move.to) ? await drawArrival(tx, conversation.workspaceId) : null
  const assignment = move && assignmentOf(it, move)
  const message = reply === undefined ? undefined : replyOf(it, reply)
  const notices = move && assignment ? await noticesFor(it, move, assignment) : []
  const { first, rest } = firstNotifications(tx, conversation, notices)
  const written = await updateConversation(it, change, arrival, [
    assignment && tx.$with('assigned').as(insertAssignment(tx, assignment)),
    assignment?.toUserId &&
      tx
        .$with('remembered')
        .as(rememberAssigned(tx, conversation.workspaceId, assignment.toUserId)),
    message && tx.$with('said').as(insertMessage(tx, message)),
    first && tx.$with('told').as(first),
  ])
  await insertNotifications(tx, conversation, rest)
  const { conversation: after } = written
  return {
    ...written,
    ...(assignment && { assignment: { ...assignment, at: after.updatedAt } }),
    ...(message && { message: { ...message, sentAt: after.lastMessageAt as Date } }),
  }
}

/** A reply is one act with the move that makes its author the Assignee, under the new epoch. */
function replyOf({ command, conversation }: Case, text: string) {
  const { id: conversationId, workspaceId, messageCount, epoch, lastMessageAt } = conversation
  const author = actorOf(command) as Author
  return {
    ...{ id: newId('message'), workspaceId, conversationId, text },
    ...{ number: messageCount + 1, epoch: epoch + 1, sentAt: sentAfter(lastMessageAt) },
    ...{ authorType: author.type, authorId: author.id, commandId: command.id },
  }
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
  const to = holdingOf(isQueuePlace(move.to) ? null : move.to)
  return {
    workspaceId: conversation.workspaceId,
    conversationId: conversation.id,
    number: conversation.epoch + 1,
    cause: move.cause,
    actorType: command.actorType,
    actorId: command.actorId,
    fromUserId: conversation.assigneeUserId,
    fromAiAgentId: conversation.assigneeAiAgentId,
    toUserId: to.assigneeUserId,
    toAiAgentId: to.assigneeAiAgentId,
    teamId: move.teamId,
    queueTeamIds: isQueuePlace(move.to) ? move.to.teamIds : null,
    note: move.note ?? null,
    commandId: command.id,
    decision: move.decision ?? null,
  }
}

async function updateConversation(
  it: Case,
  change: Change,
  arrival: number | null,
  parts: (WithSubquery | '' | null | undefined)[],
): Promise<Pick<Written, 'conversation' | 'sight'>> {
  const { tx, actor, conversation, met } = it
  const status = statusAfter(conversation, change)
  const [row] = await tx
    .with(...parts.filter((part) => !!part))
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
      ...(change.reply !== undefined && {
        messageCount: conversation.messageCount + 1,
        lastMessageAt: sentAfter(conversation.lastMessageAt),
      }),
    })
    .where(eq(conversations.id, conversation.id))
    .returning({
      ...getTableColumns(conversations),
      ...(actor && { assigneeName, ...metBy(actor) }),
    })
  return { conversation: row as ConversationRow, sight: actor && { ...met, ...(row as Sight) } }
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
