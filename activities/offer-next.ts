import { listServing } from '../db/chat-assignment/serving.ts'
import { chatAssignmentOf } from '../db/chat-assignment/settings.ts'
import type { Database } from '../db/client.ts'
import { insertOffer } from '../db/queue/offers.ts'
import { listWaitingPools } from '../db/queue/waiting.ts'
import type { Engine } from '../engine/signal.ts'
import { longestServable } from './chat-assignment/waiting.ts'
import { orTryAgain } from './failures.ts'

/** What an offer came to, when anything waits. */
export type Next = {
  waiting: boolean
  offer: { commandId: string; conversationId: string } | null
}

/**
 * Offers a free slot of the teamspace to the conversation that has waited longest among those
 * that somebody could take: the offer is a row, and a signal to its conversation, which decides
 * again. Says whether anything waits at all.
 */
export function createOfferNext({ db, engine }: { db: Database; engine: Engine }) {
  return (teamspaceId: string): Promise<Next> =>
    orTryAgain(async () => {
      const settings = await chatAssignmentOf(db, teamspaceId)
      const everyone = await listServing(db, teamspaceId)
      const among = { teamspaceId, before: null }
      const next = await longestServable(db, everyone, settings, among)
      const command = next && (await insertOffer(db, next))
      if (!command) {
        return { waiting: (await listWaitingPools(db, teamspaceId)).length > 0, offer: null }
      }
      await engine.signal(command)
      const { id: commandId, conversationId } = command
      return { waiting: true, offer: { commandId, conversationId } }
    })
}
