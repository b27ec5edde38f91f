import { Context } from '@temporalio/activity'
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import type { Drained } from '../workflows/webhook.ts'
import { drain } from './deliver/drain.ts'
import type { Happenings } from './deliver/happenings.ts'
import type { Pace } from './deliver/pace.ts'
import type { Sender } from './deliver/send.ts'
import { orTryAgain } from './failures.ts'

export type DeliverDeps = {
  db: Database
  log: Logger
  happenings: Happenings
  /** One for each drain: what it connected to goes with it. */
  openSender(): Sender
  pace: Pace
}

/**
 * Drains the deliveries of a webhook for most of an hour, or until there is nothing to do, or the
 * worker stops. Whatever it knows is in the table: another attempt just goes on.
 */
export function createDeliverTo(deps: DeliverDeps) {
  return (webhookId: string): Promise<Drained> =>
    orTryAgain(() => {
      const context = Context.current()
      const heartbeat = (counts: object) => context.heartbeat(counts)
      return drain(deps, webhookId, { heartbeat, stop: context.cancellationSignal })
    })
}
