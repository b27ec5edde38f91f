import type { Logger } from 'pino'
import type { DatabaseClient } from '../db/client.ts'
import type { Engine } from '../engine/signal.ts'
import { createLoad } from './load.ts'
import { createOfferNext } from './offer-next.ts'
import { createRetain } from './retain.ts'
import { createSettle } from './settle.ts'
import { createShiftChange } from './shift-change.ts'
import { createDeliverTo } from './webhooks/deliver.ts'
import type { DrainDeps } from './webhooks/drain.ts'

/** What the workflows do to the world, each in seconds. */
export function createActivities(
  deps: Pick<DatabaseClient, 'db' | 'lockingFirst'> & { engine: Engine; log: Logger },
) {
  return {
    load: createLoad(deps),
    settle: createSettle({ ...deps, db: deps.lockingFirst }),
    offerNext: createOfferNext(deps),
    handOver: createShiftChange(deps),
    retain: createRetain(deps),
  }
}

export type Activities = ReturnType<typeof createActivities>

/** What goes on for long, in slots of its own. */
export function createDeliveries(deps: DrainDeps) {
  return { deliverTo: createDeliverTo(deps) }
}

export type Deliveries = ReturnType<typeof createDeliveries>
