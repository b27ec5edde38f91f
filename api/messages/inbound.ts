import { messageShape } from '../../contract/message.ts'
import type { Transaction } from '../../db/client.ts'
import type { CommandRow } from '../../db/commands/commands.ts'
import { insertServiceCommands } from '../../db/commands/service-commands.ts'
import { countMessage, storeMessage } from '../../db/conversations/messages.ts'
import type { ConversationRow } from '../../db/conversations/row.ts'
import { insertNotifications } from '../../db/notifications.ts'
import { isActive } from '../../db/people/permitted.ts'
import type { ApiKeyPrincipal } from '../../domain/principals.ts'
import type { Acted } from '../idempotency.ts'
import { notFound } from '../problem-error.ts'

/** A stored message, and the command that opens its conversation again, if that is asked. */
export type Stored = Acted & { reopening: CommandRow[] }

/**
 * Stores a player's message and tells the Assignee. On a resolved or closed conversation it also
 * writes the command that reopens it, in the same transaction, so that a crash after this line
 * loses nothing.
 */
export async function receive(
  tx: Transaction,
  channel: ApiKeyPrincipal,
  conversationId: string,
  text: string,
): Promise<Stored> {
  const fence = { conversationId, workspaceId: channel.workspaceId, replier: null }
  const conversation = await countMessage(tx, fence)
  if (!conversation) throw notFound()
  const author = { type: 'player' as const, id: conversation.playerExternalId }
  const message = messageShape(await storeMessage(tx, conversation, { author, text }))
  await tellAssignee(tx, conversation)
  const dormant = conversation.status === 'resolved' || conversation.status === 'closed'
  const reopening = dormant ? await insertServiceCommands(tx, 'inbound', [conversation]) : []
  const as = { before: conversation, after: conversation }
  return {
    answer: { status: 201, body: JSON.stringify(message) },
    newEvents: [{ type: 'message.created', data: message, conversation: as }],
    reopening,
  }
}

/** Nobody is told while it leaves a deactivated user: whoever gets it then is told of that. */
async function tellAssignee(tx: Transaction, conversation: ConversationRow): Promise<void> {
  const { assigneeUserId: userId } = conversation
  if (userId === null || !(await isActive(tx, userId))) return
  await insertNotifications(tx, conversation, [{ userId, kind: 'message' }])
}
