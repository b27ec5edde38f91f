import { messageShape } from '../../contract/message.ts'
import type { Transaction } from '../../db/client.ts'
import type { CommandRow } from '../../db/commands/commands.ts'
import { insertServiceCommands } from '../../db/commands/service-commands.ts'
import { storeMessage } from '../../db/conversations/messages.ts'
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
  const stored = await storeMessage(tx, fence, { author: 'player', text, tells: true })
  if (!stored) throw notFound()
  const { conversation } = stored
  const message = messageShape(stored.message)
  const dormant = conversation.status === 'resolved' || conversation.status === 'closed'
  const reopening = dormant ? await insertServiceCommands(tx, 'inbound', [conversation]) : []
  const as = { before: conversation, after: conversation }
  return {
    answer: { status: 201, body: JSON.stringify(message) },
    newEvents: [{ type: 'message.created', data: message, conversation: as }],
    reopening,
  }
}
