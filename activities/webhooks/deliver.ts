import { Context } from '@temporalio/activity'
import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import { describeDatabaseError, isDatabaseTrouble, stackOf } from '../../db/errors.ts'
import type { EventNotifier } from '../../db/events/listen.ts'
import { orTryAgain } from '../failures.ts'
import { type Drained, drain } from './drain.ts'

import type { Pace } from './retries.ts'
import type { Sender } from './send.ts'

export type DeliverDeps = {
  db: Database
  log: Logger
  events: EventNotifier
  /** One for each drain: what it connected to goes with it. */
  openSender(): Sender
  pace: Pace
}

/**
 * Drains the deliveries of a webhook for most of an hour, or until there is nothing to do, or the
 * worker stops. Whatever it knows is in the table: another attempt just goes on.
 */
export function createDeliverTo(deps: DeliverDeps) {
  const tellOfBug = tellingOnce(deps.log)
  return (webhookId: string): Promise<Drained> =>
    orTryAgain(async () => {
      const context = Context.current()
      const heartbeat = (counts: object) => context.heartbeat(counts)
      try {
        return await drain(deps, webhookId, { heartbeat, stop: context.cancellationSignal })
      } catch (error) {
        if (!isDatabaseTrouble(error)) tellOfBug(webhookId, error)
        throw error
      }
    })
}

/** Each bug once: it is met again every few seconds, and by every webhook. */
function tellingOnce(log: Logger) {
  const told = new Set<string>()
  return (webhookId: string, error: unknown): void => {
    const stack = stackOf(error)
    if (told.has(stack)) return
    told.add(stack)
    log.error({ webhookId, stack }, `delivering failed: ${describeDatabaseError(error)}`)
  }
}
