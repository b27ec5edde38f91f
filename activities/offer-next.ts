import { chatAssignmentOf } from '../db/chat-assignment/settings.ts'
import type { Database } from '../db/client.ts'
import { insertOffers } from '../db/queue/offers.ts'
import type { Next } from '../domain/chat-assignment/offers.ts'
import { reserve } from '../domain/chat-assignment/reserve.ts'
import type { Engine } from '../engine/signal.ts'
import { findSituation, listServable } from './chat-assignment/waiting.ts'
import { orTryAgain } from './failures.ts'

/** How many offers are made at once at most. */
const MOST_AT_ONCE = 16

/**
 * Offers the free slots of the teamspace to the conversations that have waited longest among those
 * that somebody could take, each to one: an offer is a row, and a signal to its conversation,
 * which decides again. Says whether anything waits at all.
 */
export function createOfferNext({ db, engine }: { db: Database; engine: Engine }) {
  return (teamspaceId: string): Promise<Next> =>
    orTryAgain(async () => {
      const settings = await chatAssignmentOf(db, teamspaceId)
      const situation = await findSituation(db, teamspaceId)
      const among = { teamspaceId, before: null }
      const servable = await listServable(db, situation, settings, among)
      const { served } = reserve(servable, settings.maxChatsPerAgent)
      const commands = await insertOffers(db, served.slice(0, MOST_AT_ONCE))
      if (commands.length === 0) {
        return { waiting: situation.pools.length > 0, offers: [] }
      }
      await Promise.all(commands.map((command) => engine.signal(command)))
      const offers = commands.map(({ id: commandId, conversationId }) => {
        return { commandId, conversationId }
      })
      return { waiting: true, offers }
    })
}
