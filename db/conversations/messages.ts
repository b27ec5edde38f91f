import { and, eq, gt, ne, type SQL, sql } from 'drizzle-orm'
import type { Holder } from '../../domain/words.ts'
import type { Queryable, Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import { conversations, messages } from '../schema.ts'
import type { ConversationRow } from './row.ts'

export type MessageRow = typeof messages.$inferSelect
export type Author = { type: MessageRow['authorType']; id: string }

/** Counts one more message on its conversation, as the place it will have. */
export const oneMoreMessage = {
  messageCount: sql`${conversations.messageCount} + 1`,
  // Never before the message that stands before it, even when the clock was set back.
  lastMessageAt: sql`greatest(clock_timestamp(), ${conversations.lastMessageAt})`,
}

/** Whose message it is to be: where, and, of a reply, who must hold the conversation under which epoch. */
type Fence = {
  conversationId: string
  workspaceId: string
  /** Null for what needs no Assignee: a player's message, the opening message of a creator. */
  replier: Holder | null
  expectedEpoch?: number
}

/**
 * Counts one more message, when its author may send it at this moment; else null. This update
 * waits for a takeover in flight and then judges the row as the takeover left it.
 */
export async function countMessage(tx: Transaction, fence: Fence): Promise<ConversationRow | null> {
  const { conversationId, workspaceId, replier, expectedEpoch } = fence
  const [row] = await tx
    .update(conversations)
    .set(oneMoreMessage)
    .where(
      and(
        eq(conversations.id, conversationId),
        eq(conversations.workspaceId, workspaceId),
        replier ? holdsAndMayReply(replier) : undefined,
        expectedEpoch === undefined ? undefined : eq(conversations.epoch, expectedEpoch),
      ),
    )
    .returning()
  return row ?? null
}

/** Who may reply: `judge` of domain/rules.ts, in the statement that counts, so that nothing comes between. */
function holdsAndMayReply({ type, id }: Holder): SQL | undefined {
  if (type === 'ai_agent') return eq(conversations.assigneeAiAgentId, id)
  return and(eq(conversations.assigneeUserId, id), ne(conversations.status, 'closed'))
}

/** A conversation on which a message was just counted, as far as the message takes from it. */
type Counted = Pick<ConversationRow, 'id' | 'workspaceId' | 'messageCount' | 'epoch'> & {
  lastMessageAt: Date | SQL | null
}

/** When the message that was just counted on a conversation was sent. */
export const justCounted = (conversationId: string) =>
  sql`(select ${conversations.lastMessageAt} from ${conversations} where ${eq(conversations.id, conversationId)})`

/** Stores the message that was just counted on `conversation`. */
export async function storeMessage(
  tx: Transaction,
  conversation: Counted,
  message: { author: Author; text: string; commandId?: string },
): Promise<MessageRow> {
  const [row] = await tx
    .insert(messages)
    .values({
      id: newId('message'),
      workspaceId: conversation.workspaceId,
      conversationId: conversation.id,
      number: conversation.messageCount,
      authorType: message.author.type,
      authorId: message.author.id,
      text: message.text,
      epoch: conversation.epoch,
      sentAt: conversation.lastMessageAt as Date,
      commandId: message.commandId ?? null,
    })
    .returning()
  return row as MessageRow
}

/** Messages in the order in which they were stored, from the one after `after` (0: from the first). */
export function listMessages(
  db: Queryable,
  conversationId: string,
  page: { after: number; limit: number },
): Promise<MessageRow[]> {
  return db
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, conversationId), gt(messages.number, page.after)))
    .orderBy(messages.number)
    .limit(page.limit)
}
