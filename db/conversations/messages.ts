import { and, eq, gt, ne, type SQL, sql, type WithSubquery } from 'drizzle-orm'
import type { Holder } from '../../domain/words.ts'
import type { Queryable, Transaction } from '../client.ts'
import { newId } from '../ids.ts'
import { from, rowFrom } from '../insert-select.ts'
import { conversations, messages } from '../schema.ts'
import type { ConversationRow } from './row.ts'

export type MessageRow = typeof messages.$inferSelect
export type Author = { type: MessageRow['authorType']; id: string }

/** When a message is sent to a locked conversation: never before the one that stands before it, even when the clock was set back. */
export function sentAfter(last: Date | null): SQL {
  return sql`greatest(statement_timestamp(), ${sql.param(last, conversations.lastMessageAt)}::timestamptz)`
}

/** Whose message it is to be: where, and, of a reply, who must hold the conversation under which epoch. */
type Fence = {
  conversationId: string
  workspaceId: string
  /** Null for what needs no Assignee: a player's message, the opening message of a creator. */
  replier: Holder | null
  expectedEpoch?: number
}

/** What is said; a player's message is by the conversation's player. */
type Said = { author: Author | 'player'; text: string }

/** A message with its conversation, on which it is counted. */
export type Stored = { conversation: ConversationRow; message: MessageRow }

/**
 * Stores one more message, when its author may send it at this moment; else null. The update that
 * counts it waits for a takeover in flight and then judges the row as the takeover left it.
 * `tell` adds what is written with it, once for each row of `counted`.
 */
export async function storeMessage(
  tx: Transaction,
  fence: Fence,
  { author, text }: Said,
  tell?: (counted: Counted) => WithSubquery,
): Promise<Stored | null> {
  const id = newId('message')
  const counted = counting(tx, fence)
  const row = {
    ...{ id, text, workspaceId: counted.workspaceId, conversationId: counted.id },
    ...{ number: counted.messageCount, epoch: counted.epoch, sentAt: counted.lastMessageAt },
    authorType: author === 'player' ? author : author.type,
    authorId: author === 'player' ? counted.playerExternalId : author.id,
  }
  const said = tx
    .$with('said')
    .as(tx.insert(messages).select(rowFrom(messages, row, from(counted))))
  const [conversation] = await tx
    .with(counted, said, ...(tell ? [tell(counted)] : []))
    .select()
    .from(counted)
  if (!conversation) return null
  const { workspaceId, messageCount: number, epoch, playerExternalId } = conversation
  const message: MessageRow = {
    ...{ id, workspaceId, conversationId: conversation.id, number, text, epoch },
    authorType: author === 'player' ? author : author.type,
    authorId: author === 'player' ? playerExternalId : author.id,
    ...{ sentAt: conversation.lastMessageAt as Date, commandId: null },
  }
  return { conversation, message }
}

export type Counted = ReturnType<typeof counting>

function counting(tx: Transaction, fence: Fence) {
  const { conversationId, workspaceId, replier, expectedEpoch } = fence
  return tx.$with('counted').as(
    tx
      .update(conversations)
      .set({
        messageCount: sql`${conversations.messageCount} + 1`,
        // The clock as it is once this has waited for the row.
        lastMessageAt: sql`greatest(clock_timestamp(), ${conversations.lastMessageAt})`,
      })
      .where(
        and(
          eq(conversations.id, conversationId),
          eq(conversations.workspaceId, workspaceId),
          replier ? holdsAndMayReply(replier) : undefined,
          expectedEpoch === undefined ? undefined : eq(conversations.epoch, expectedEpoch),
        ),
      )
      .returning(),
  )
}

/** Who may reply: `judge` of domain/rules.ts, in the statement that counts, so that nothing comes between. */
function holdsAndMayReply({ type, id }: Holder): SQL | undefined {
  if (type === 'ai_agent') return eq(conversations.assigneeAiAgentId, id)
  return and(eq(conversations.assigneeUserId, id), ne(conversations.status, 'closed'))
}

/** Stores a message whose place is known: a statement, or a part of one. */
export function insertMessage(
  tx: Transaction,
  message: Omit<MessageRow, 'sentAt'> & { sentAt: SQL },
) {
  return tx.insert(messages).values(message)
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
