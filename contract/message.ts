import type { MessageRow } from '../db/conversations/messages.ts'

/** The contract's Message. */
export function messageShape(row: MessageRow) {
  return {
    id: row.id,
    conversationId: row.conversationId,
    author: { type: row.authorType, id: row.authorId },
    text: row.text,
    epoch: row.epoch,
    sentAt: row.sentAt.toISOString(),
  }
}
