import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import type { Next } from '../activities/offer-next.ts'
import { WAKE, type Wake } from '../domain/signals.ts'

const wake = defineSignal<[Wake]>(WAKE)

/** How long to wait for the answer to an offer before asking again who is next. */
const ANSWER_WITHIN_MS = 5_000

const { offerNext } = proxyActivities<Pick<Activities, 'offerNext'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '3s' },
})

/**
 * The queue of one teamspace while something waits in it. Offers free slots to the conversation that
 * waits longest, one offer at a time; a settled offer wakes it for the next. An offer is a hint:
 * Chat Assignment decides again when it is settled. An offer without an answer is repeated, until
 * the sweeper has found its workflow stuck; then it is passed over.
 */
export async function queue(teamspaceId: string): Promise<void> {
  let woken = false
  let settled = new Set<string>()
  setHandler(
    wake,
    (signal) => {
      woken = true
      if (typeof signal?.settled === 'string') settled.add(signal.settled)
    },
    { description: 'Something may have freed a slot, or an offer was settled' },
  )

  for (;;) {
    if (workflowInfo().continueAsNewSuggested) {
      return continueAsNew<typeof queue>(teamspaceId)
    }
    woken = false
    settled = new Set()
    const { waiting, offer } = await offerNext(teamspaceId)
    setCurrentDetails(describe(waiting, offer))
    if (offer) {
      // The offer may have been settled before its id was known here.
      await condition(() => settled.has(offer.commandId), ANSWER_WITHIN_MS)
      continue
    }
    if (woken) continue
    if (!waiting) return
    await condition(() => woken)
  }
}

function describe(waiting: boolean, offer: Next['offer']): string {
  if (offer) return `Offered a slot to \`${offer.conversationId}\` (\`${offer.commandId}\`)`
  return waiting ? 'Something waits, and nobody could take it now' : 'Nothing waits'
}
