import {
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import { wake } from './queue-signals.ts'

/** What an offer came to, when anything waits. */
export type Next = {
  waiting: boolean
  offer: { commandId: string; conversationId: string } | null
}

/** How long an offer may take before the next in line is asked. */
const ANSWER_WITHIN_MS = 10_000
/** How long one that did not answer is passed over, so that a stuck workflow stops no queue. */
const PASS_OVER_MS = 60_000

const { offerNext } = proxyActivities<Pick<Activities, 'offerNext'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '3s' },
})

/**
 * The queue of one teamspace while something waits in it: offers free slots to the longest
 * waiting, one offer at a time, whose settlement is the next wake. It never writes a
 * conversation; an offer is a hint, decided again where it is settled.
 *
 * @param passedOver until when (milliseconds since 1970) each conversation is passed over
 */
export async function queue(
  teamspaceId: string,
  passedOver: Record<string, number> = {},
): Promise<void> {
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
      return continueAsNew<typeof queue>(teamspaceId, passedOver)
    }
    woken = false
    settled = new Set()
    forgetExpired(passedOver)
    const { waiting, offer } = await offerNext(teamspaceId, Object.keys(passedOver))
    setCurrentDetails(describe(waiting, offer, passedOver))
    if (offer) {
      // The answer may have come before the offer was known here.
      const answered = await condition(() => settled.has(offer.commandId), ANSWER_WITHIN_MS)
      if (!answered) passedOver[offer.conversationId] = Date.now() + PASS_OVER_MS
      continue
    }
    if (woken) continue
    if (!waiting) return
    await untilWoken(() => woken, passedOver)
  }
}

/** Until a wake, or until the first that is passed over has its turn again. */
async function untilWoken(isWoken: () => boolean, passedOver: Record<string, number>) {
  const turns = Object.values(passedOver)
  if (turns.length === 0) await condition(isWoken)
  else await condition(isWoken, Math.max(1, Math.min(...turns) - Date.now()))
}

function forgetExpired(passedOver: Record<string, number>): void {
  for (const [id, until] of Object.entries(passedOver)) {
    if (until <= Date.now()) delete passedOver[id]
  }
}

function describe(
  waiting: boolean,
  offer: Next['offer'],
  passedOver: Record<string, number>,
): string {
  if (offer) return `Offered a slot to \`${offer.conversationId}\` (\`${offer.commandId}\`)`
  const passed = Object.keys(passedOver).map((id) => `\`${id}\``)
  const also = passed.length > 0 ? `; passed over: ${passed.join(', ')}` : ''
  return waiting ? `Something waits, and nobody could take it now${also}` : 'Nothing waits'
}
