import type { Database } from '../db/client.ts'
import { findConversation } from '../db/conversations/row.ts'
import { stateOf } from '../db/conversations/state.ts'
import type { Loaded } from '../domain/conversation.ts'
import { orTryAgain } from './failures.ts'

/** The conversation's row as it is now; null when there is none. Rejects only for a transient error of the database. */
export function createLoad({ db }: { db: Database }) {
  return (conversationId: string): Promise<Loaded | null> =>
    orTryAgain(async () => {
      const row = await findConversation(db, conversationId)
      return row && { ...stateOf(row), filesAtRest: true }
    })
}
