import {
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow'
import type { Deliveries } from '../activities/index.ts'
import type { Drained } from '../activities/webhooks/drain.ts'
import { deliveriesOf } from './task-queues.ts'

/**
 * The deliveries of one webhook, while there are some. One long activity sends what is due in the
 * table, so the history does not grow with the deliveries. Order and retries are kept in the table.
 */
export async function webhook(webhookId: string): Promise<void> {
  const { deliverTo } = proxyActivities<Deliveries>({
    taskQueue: deliveriesOf(workflowInfo().taskQueue),
    // Longer than the activity runs before it returns by itself.
    startToCloseTimeout: '1h',
    heartbeatTimeout: '10s',
    summary: 'drains its deliveries',
    retry: { initialInterval: '500ms', maximumInterval: '3s' },
  })
  setCurrentDetails('Active; the heartbeat of its activity has the counts')
  while (!workflowInfo().continueAsNewSuggested) {
    const drained = await deliverTo(webhookId)
    setCurrentDetails(describe(drained))
    if (drained.ended) return
  }
  await continueAsNew<typeof webhook>(webhookId)
}

function describe({ ended, delivered, failed, toRetry }: Drained): string {
  const state = ended ? 'Nothing to do, inactive or deleted' : 'Active'
  return `${state}. In the last run: ${delivered} delivered, ${failed} failed, ${toRetry} to be tried again`
}
