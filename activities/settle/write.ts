import { type AssignmentRow, actorOf } from '../../db/conversations/assignments.ts'
import type { Author, MessageRow } from '../../db/conversations/messages.ts'
import { type ConversationRow, holdingOf } from '../../db/conversations/row.ts'
import type { Sight } from '../../db/conversations/sight.ts'
import { type After, writeChange } from '../../db/conversations/write-change.ts'
import { newId } from '../../db/ids.ts'
import { insertNotifications } from '../../db/notifications.ts'
import { drawArrival } from '../../db/queue/arrival.ts'
import type { Status } from '../../domain/words.ts'
import { type Case, type Change, isQueuePlace, type Move, sightOf } from './change.ts'
import { noticesFor } from './notices.ts'

/** What was written: the conversation as it is now, also as the actor meets it, and the rows that came with it. */
export type Written = {
  conversation: ConversationRow
  sight: Sight | null
  assignment?: AssignmentRow
  message?: MessageRow
}

/** More than these are notified by a statement of their own. */
const FEW_NOTICES = 2

/** Writes a change: conversation, assignment, message and notices, all or none with the transaction. */
export async function carryOut(it: Case, change: Change): Promise<Written> {
  const { tx, actor, conversation, met } = it
  if (changesNothing(conversation, change)) return { conversation, sight: sightOf(it) }
  const { move, reply } = change
  const arrival =
    move && isQueuePlace(move.to) ? await drawArrival(tx, conversation.workspaceId) : null
  const assignment = move && assignmentOf(it, move)
  const message = reply === undefined ? undefined : replyOf(it, reply)
  const notices = move && assignment ? await noticesFor(it, move, assignment) : []
  const few = notices.length <= FEW_NOTICES ? notices : []
  const alongside = { assignment, message, notices: few }
  const row = await writeChange(tx, actor, conversation, after(it, change, arrival), alongside)
  if (few !== notices) await insertNotifications(tx, conversation, notices)
  return {
    conversation: row,
    sight: actor && { ...met, ...(row as Sight) },
    ...(assignment && { assignment: { ...assignment, at: row.updatedAt } }),
    ...(message && { message: { ...message, sentAt: row.lastMessageAt as Date } }),
  }
}

/** A reply is one act with the move that makes its author the Assignee, under the new epoch. */
function replyOf({ command, conversation }: Case, text: string) {
  const { id: conversationId, workspaceId, messageCount, epoch } = conversation
  const author = actorOf(command) as Author
  return {
    ...{ id: newId('message'), workspaceId, conversationId, text },
    ...{ number: messageCount + 1, epoch: epoch + 1, commandId: command.id },
    ...{ authorType: author.type, authorId: author.id },
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

/** What the change does not name stays as it is. */
function after(it: Case, change: Change, arrival: number | null): After {
  const before = it.conversation
  const status = statusAfter(before, change)
  const { closingNote, originAiAgentId, teamId, reply, move } = change
  return {
    ...before,
    status,
    version: before.version + 1,
    messageCount: before.messageCount + (reply === undefined ? 0 : 1),
    closedAt: status === 'closed' ? (before.closedAt ?? 'now') : null,
    ...(closingNote !== undefined && { closingNote }),
    ...(originAiAgentId !== undefined && { originAiAgentId }),
    ...(teamId !== undefined && { teamId }),
    ...(move && holdingAfter(before, move, arrival)),
  }
}

const notQueued = {
  queueArrival: null,
  queuedAt: null,
  queueCause: null,
  queueTeamIds: null,
  queueTransferorId: null,
}

function holdingAfter(before: ConversationRow, { to, teamId }: Move, arrival: number | null) {
  const epoch = before.epoch + 1
  if (!isQueuePlace(to)) {
    const origin = to.type === 'ai_agent' ? to.id : before.originAiAgentId
    return { epoch, teamId, ...holdingOf(to), ...notQueued, originAiAgentId: origin }
  }
  return {
    epoch,
    teamId,
    ...holdingOf(null),
    queueArrival: arrival,
    queuedAt: 'now' as const,
    queueCause: to.cause,
    queueTeamIds: to.teamIds,
    queueTransferorId: to.transferorId ?? null,
  }
}
