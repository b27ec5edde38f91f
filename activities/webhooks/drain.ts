import pLimit from 'p-limit'
import { findWork } from '../../db/webhooks/draining.ts'
import { createBell } from './bell.ts'
import type { DeliverDeps } from './deliver.ts'
import { createFlights } from './flights.ts'
import { createIdling } from './idling.ts'
import { type Busy, step } from './step.ts'

/** Less than the activity may take. */
const TURN_MS = 50 * 60_000
/** How long what is in flight is awaited between two heartbeats. */
const BREATH_MS = 1_000
/** How long what is in flight is awaited when the worker stops: then it is cut, and tried again. */
const LANDING_MS = 3_000
/** What a drain did until it ended, or gave way to the next. `ended`: there is nothing to do now. */
export type Drained = { ended: boolean; delivered: number; failed: number; toRetry: number }

export type Life = { heartbeat(counts: object): void; stop: AbortSignal }

/** Sends what is due until it ends or the turn is over, and then awaits what is in flight. */
export async function drain(deps: DeliverDeps, webhookId: string, life: Life): Promise<Drained> {
  const { stop } = life
  const first = await findWork(deps.db, webhookId)
  const { send, close, cut } = deps.openSender()
  const bell = createBell()
  const own = { inTurn: pLimit(1), idling: createIdling(), flights: createFlights(bell) }
  const deaf = first && deps.events.listen(first.webhook.workspaceId, bell.ring)
  let landing: NodeJS.Timeout | undefined
  const onStop = () => {
    landing = setTimeout(cut, LANDING_MS)
    bell.ring()
  }
  stop.addEventListener('abort', onStop)
  try {
    return await goOn(deps, webhookId, life, { ...own, bell, send })
  } finally {
    deaf?.()
    stop.removeEventListener('abort', onStop)
    clearTimeout(landing)
    close()
  }
}

async function goOn(
  deps: DeliverDeps,
  webhookId: string,
  { heartbeat, stop }: Life,
  busy: Busy,
): Promise<Drained> {
  const { flights, bell } = busy
  const until = Date.now() + TURN_MS
  let ended = false
  while (!ended && !stop.aborted && Date.now() < until) {
    heartbeat(flights.counts)
    flights.check()
    ended = await step(deps, await findWork(deps.db, webhookId), busy)
  }
  while (flights.areUnderWay()) {
    heartbeat(flights.counts)
    await bell.rest(BREATH_MS)
  }
  flights.check()
  return { ended, ...flights.counts }
}
