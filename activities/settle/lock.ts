import { lockWorkspaceOf } from '../../db/chat-assignment/lock.ts'
import type { Transaction } from '../../db/client.ts'
import {
  type CommandRow,
  lockCommand,
  lockCommandAndConversation,
} from '../../db/commands/commands.ts'
import { findMeeting, type Meeting } from '../../db/conversations/meeting.ts'
import { type ConversationRow, lockConversation } from '../../db/conversations/row.ts'
import { lockAsker } from '../../db/people/permitted.ts'
import type { Order } from '../../domain/conversation.ts'
import { mayPick } from './decide.ts'

type Locked = { command: CommandRow; conversation: ConversationRow }

/** A command and its conversation, both locked, and how who asked meets it. */
type Found = Meeting & Locked

/**
 * Locks what an order needs, in the order of locks, and then reads how who asked meets the
 * conversation; null when there is no such command. All is sent one behind the other, without a
 * wait: so it goes by the order's ids and kind, and the caller sees whether the kind is the row's.
 */
export async function lockFor(tx: Transaction, order: Order): Promise<Found | null> {
  const { commandId, kind, refusal } = order
  // What is refused picks nobody: a storm of refused commands must not hold up a workspace.
  const picks = kind !== undefined && mayPick(kind) && refusal === null
  const [locked, , meeting] = await Promise.all([
    picks ? lockToPick(tx, order) : lockCommandAndConversation(tx, order),
    // Who takes over is assigned to: they must not be deactivated meanwhile.
    kind === 'takeover' && lockAsker(tx, commandId),
    findMeeting(tx, commandId),
  ])
  return locked && meeting && { ...locked, ...meeting }
}

/** With the workspace, whose lock comes between the two. */
async function lockToPick(tx: Transaction, order: Order): Promise<Locked | null> {
  const { conversationId } = order
  const [command, , conversation] = await Promise.all([
    lockCommand(tx, order),
    lockWorkspaceOf(tx, conversationId),
    lockConversation(tx, conversationId),
  ])
  return command && conversation && { command, conversation }
}
