import { and, eq, gt, isNotNull, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Queryable, Transaction } from './client.ts'
import { type ConversationRow, holdingOf } from './conversations.ts'
import { newId } from './ids.ts'
import { conversations, messages } from './schema.ts'

export type MessageRow = typeof messages.$inferSelect
export type Author = { type: MessageRow['authorType']; id: string }

/** Never before the message that stands before it, even when the clock was set back. */
const sentNow = sql`greatest(clock_timestamp(), ${conversations.lastMessageAt})`

const oneMore = { messageCount: sql`${conversations.messageCount} + 1`, lastMessageAt: sentNow }

/** What a message needs of its conversation: who may send it, checked in the statement that counts it. */
export type Fence = { conversationId: string; workspaceId: string; expectedEpoch?: number }

/** The Assignee may reply, and an AI agent on the closed chat it holds, but nobody on a closed ticket. */
function holdsAndMayReply(author: { type: 'user' | 'ai_agent'; id: string }): SQL {
  const holding = holdingOf(author)
  return and(
    author.type === 'user'
      ? eq(conversations.assigneeUserId, holding.assigneeUserId as string)
      : eq(conversations.assigneeAiAgentId, holding.assigneeAiAgentId as string),
    or(ne(conversations.status, 'closed'), isNotNull(conversations.assigneeAiAgentId)),
  ) as SQL
}

/**
 * Counts one more message, when its author may send it at this moment. This update waits for a
 * takeover in flight and then judges the row as the takeover left it: null, and nothing is stored.
 */
export async function passFence(
  tx: Transaction,
  fence: Fence,
  author: Author,
): Promise<ConversationRow | null> {
  const { type, id } = author
  const [row] = await tx
    .update(conversations)
    .set(oneMore)
    .where(
      and(
        eq(conversations.id, fence.conversationId),
        eq(conversations.workspaceId, fence.workspaceId),
        type === 'player' ? undefined : holdsAndMayReply({ type, id }),
        fence.expectedEpoch === undefined ? undefined : eq(conversations.epoch, fence.expectedEpoch),
      ),
    )
    .returning()
  return row ?? null
}

/** Stores the message that was just counted on `conversation`. */
export async function storeMessage(
  tx: Transaction,
  conversation: ConversationRow,
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
