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
import { type Offer, offersOf } from '../domain/chat-assignment/offers.ts'
import { WAKE, type Wake } from '../domain/signals.ts'

const wake = defineSignal<[Wake]>(WAKE)

/** How long to wait for the answers to offers before asking again who is next. */
const ANSWER_WITHIN_MS = 5_000

const { offerNext } = proxyActivities<Pick<Activities, 'offerNext'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '3s' },
})

/**
 * The queue of one teamspace while something waits in it. Offers free slots to the conversations that
 * wait longest, some at once; it goes on when all of these are settled. An offer is a hint:
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
    const next = await offerNext(teamspaceId)
    const offers = offersOf(next)
    setCurrentDetails(describe(next.waiting, offers))
    if (offers.length > 0) {
      // An offer may have been settled before its id was known here.
      const areSettled = () => offers.every(({ commandId }) => settled.has(commandId))
      await condition(areSettled, ANSWER_WITHIN_MS)
      continue
    }
    if (woken) continue
    if (!next.waiting) return
    await condition(() => woken)
  }
}

function describe(waiting: boolean, offers: Offer[]): string {
  if (offers.length === 0) {
    return waiting ? 'Something waits, and nobody could take it now' : 'Nothing waits'
  }
  const lines = offers.map((one) => `- \`${one.conversationId}\` (\`${one.commandId}\`)`)
  return ['Offered a slot each to', ...lines].join('\n')
}
