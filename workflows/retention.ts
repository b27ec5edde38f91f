import {
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import type { Removed } from '../activities/retain.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

const { retain } = proxyActivities<Pick<Activities, 'retain'>>({
  startToCloseTimeout: '1m',
  retry: { initialInterval: '1s', maximumInterval: '5m' },
})

/**
 * Removes, batch by batch, what is older than `days`, except what is kept for ever. Returns how many
 * rows of each kind it removed.
 *
 * @param total what the runs before this one removed
 */
export async function retention(days: number, total: Removed = {}): Promise<Removed> {
  const before = new Date(Date.now() - days * DAY_MS).toISOString()
  for (;;) {
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof retention>(days, total)
    const removed = await retain(before)
    for (const [what, rows] of Object.entries(removed)) total[what] = (total[what] ?? 0) + rows
    setCurrentDetails(describe(before, total))
    if (Object.values(removed).every((rows) => rows === 0)) return total
  }
}

function describe(before: string, total: Removed): string {
  const counted = Object.entries(total).map(([what, rows]) => `- ${what}: ${rows}`)
  return [`Removed of what is older than ${before}:`, '', ...counted].join('\n')
}
