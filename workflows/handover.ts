import {
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'

const { handOver } = proxyActivities<Pick<Activities, 'handOver'>>({
  startToCloseTimeout: '15s',
  retry: { initialInterval: '500ms', maximumInterval: '3s' },
})

/** A shift change, until everything was passed on or refused, or somebody cancelled it. */
export async function handover(handoverId: string): Promise<void> {
  for (;;) {
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof handover>(handoverId)
    const progress = await handOver(handoverId)
    if (!progress) return
    const { state, done, refused, total } = progress
    setCurrentDetails(`**${state}** · ${done} of ${total} passed on · ${refused.length} refused`)
    if (state !== 'running') return
  }
}
