import type { Database } from '../db/client.ts'
import { stateOf } from '../db/conversation-state.ts'
import { findConversation } from '../db/conversations.ts'
import type { ConversationState } from '../workflows/conversation-state.ts'
import { databaseTrouble } from './failures.ts'

/** The conversation's row as it is now; null when there is none. Rejects for database trouble only. */
export function createLoad({ db }: { db: Database }) {
  return async function load(conversationId: string): Promise<ConversationState | null> {
    try {
      const row = await findConversation(db, conversationId)
      return row && stateOf(row)
    } catch (error) {
      throw databaseTrouble(error)
    }
  }
}
