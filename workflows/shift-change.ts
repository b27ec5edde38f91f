import {
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'

/** Pause between two steps: short while it makes progress, longer while what is under way does not settle. */
const SOONEST_MS = 250
const LATEST_MS = 10_000

const { handOver } = proxyActivities<Pick<Activities, 'handOver'>>({
  startToCloseTimeout: '15s',
  retry: { initialInterval: '500ms', maximumInterval: '3s' },
})

/**
 * A shift change, until everything was passed on or refused, or somebody cancelled it. Workflow and
 * activity keep the older names `handover` and `handOver`: running and recorded histories know them.
 */
export async function handover(shiftChangeId: string): Promise<void> {
  let through = 0
  for (let wait = SOONEST_MS; ; ) {
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof handover>(shiftChangeId)
    const now = await handOver(shiftChangeId)
    if (!now) return
    const { state, done, refused, total } = now
    setCurrentDetails(`**${state}** · ${done} of ${total} passed on · ${refused} refused`)
    if (state !== 'running') return
    wait = done + refused > through ? SOONEST_MS : Math.min(2 * wait, LATEST_MS)
    through = done + refused
    await sleep(wait)
  }
}
