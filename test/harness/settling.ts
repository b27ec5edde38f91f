import { pino } from 'pino'
import { createOfferNext } from '../../activities/offer-next.ts'
import { createSettle } from '../../activities/settle.ts'
import { findCommand, insertCommand } from '../../db/commands/commands.ts'
import { type ConversationRow, findConversation } from '../../db/conversations/row.ts'
import { stateOf } from '../../db/conversations/state.ts'
import { newId } from '../../db/ids.ts'
import type { Offer } from '../../domain/chat-assignment/offers.ts'
import type { Settlement } from '../../domain/conversation.ts'
import { judge } from '../../domain/rules.ts'
import type { Actor, CommandKind } from '../../domain/words.ts'
import type { TestApi } from './api.ts'

export type Settling = ReturnType<typeof settling>

/**
 * Settles commands in the order the test calls for: in place of the workflows of an API without a
 * worker, with its rule and its activity.
 */
export function settling(api: TestApi) {
  const { db } = api.database.client
  const settle = createSettle({ db, engine: api.engine, log: pino({ level: 'silent' }) })
  const rowOf = async (id: string) => (await findConversation(db, id)) as ConversationRow

  /** Settles a command that is pending, as its workflow would now. */
  async function settled(conversationId: string, commandId: string): Promise<Settlement> {
    const command = await findCommand(db, commandId)
    if (!command) throw new Error(`No command ${commandId}`)
    const state = stateOf(await rowOf(conversationId))
    const { kind, actorType, actorId } = command
    const { expectedEpoch, claim } = command.payload
    const actor = actorType && actorId ? { type: actorType, id: actorId } : null
    const refusal = judge(state, { commandId, kind, actor, expectedEpoch, claim })
    return settle({ conversationId, commandId, kind, version: state.version, refusal })
  }

  /** Sends this command to a conversation and settles it; throws when it is refused. */
  async function does(
    conversationId: string,
    kind: CommandKind,
    actor: Actor,
    payload: Parameters<typeof insertCommand>[1]['payload'] = {},
  ): Promise<Settlement> {
    const { workspaceId } = await rowOf(conversationId)
    const id = newId('command')
    const { type: actorType, id: actorId } = actor
    await insertCommand(db, { id, workspaceId, conversationId, kind, actorType, actorId, payload })
    const settlement = await settled(conversationId, id)
    if (settlement.outcome === 'accepted' || settlement.outcome === 'queued') return settlement
    throw new Error(`${kind} of ${conversationId}: ${settlement.code ?? settlement.outcome}`)
  }

  /** Makes the next offers as the queue does, without settling them; none when nobody could take a slot. */
  async function offerNext(teamspaceId: string) {
    return (await createOfferNext({ db, engine: api.engine })(teamspaceId)).offers
  }

  /**
   * Offers and settles for as long as somebody could take a slot; returns the conversations in
   * the order in which they were offered. `inOrder`: the order in which the offers made at once
   * are settled; by default, that in which they came.
   */
  async function drain(
    teamspaceId: string,
    inOrder = (offers: Offer[]) => offers,
  ): Promise<string[]> {
    const offered: string[] = []
    for (;;) {
      const offers = await offerNext(teamspaceId)
      if (offers.length === 0) return offered
      offered.push(...offers.map((one) => one.conversationId))
      for (const one of inOrder(offers)) await settled(one.conversationId, one.commandId)
    }
  }

  return { does, settled, offerNext, drain, rowOf }
}
