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

/** How long an offer may take before it is looked again who is next. */
const ANSWER_WITHIN_MS = 5_000

const { offerNext } = proxyActivities<Pick<Activities, 'offerNext'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '3s' },
})

/**
 * The queue of one teamspace while something waits in it: offers free slots to the longest
 * waiting, one offer at a time, whose settlement is the next wake. It never writes a
 * conversation; an offer is a hint, decided again where it is settled. One that is not answered
 * is told again, until the sweeper's attempts say that its workflow is stuck: then it is passed over.
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
      // The answer may have come before the offer was known here.
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
