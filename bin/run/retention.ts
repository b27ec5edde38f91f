import { type Client, ScheduleAlreadyRunning, type ScheduleDescription } from '@temporalio/client'
import { TASK_QUEUE } from '../../engine/signal.ts'

/** Hour of the day, UTC. */
const HOUR = 3

/** One schedule for all workers of a task queue. */
export function retentionId(taskQueue: string): string {
  return taskQueue === TASK_QUEUE ? 'retention' : `retention/${taskQueue}`
}

/**
 * Schedules the nightly removal of what is older than `days`. Safe when many workers start at once:
 * the number of days of the last one counts, and a schedule that an operator paused stays paused.
 */
export async function scheduleRetention(
  { schedule }: Client,
  taskQueue: string,
  days: number,
): Promise<void> {
  const scheduleId = retentionId(taskQueue)
  const wanted = optionsOf(scheduleId, taskQueue, days)
  try {
    await schedule.create({ scheduleId, ...wanted })
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
    const known = schedule.getHandle(scheduleId)
    if (isAsWanted(await known.describe(), days)) return
    await known.update(({ state }) => ({ ...wanted, state }))
  }
}

/** What is as it should be is not written again: that would undo a pause of the same moment. */
function isAsWanted({ action, spec }: ScheduleDescription, days: number): boolean {
  const hour = spec.calendars?.[0]?.hour?.[0]?.start
  return hour === HOUR && action.type === 'startWorkflow' && action.args?.[0] === days
}

function optionsOf(workflowId: string, taskQueue: string, days: number) {
  return {
    spec: { calendars: [{ hour: HOUR, comment: 'every night' }] },
    policies: { overlap: 'SKIP' as const },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'retention',
      workflowId,
      taskQueue,
      args: [days],
      // A run that cannot finish must not block the next night's run.
      workflowExecutionTimeout: '20h' as const,
      staticSummary: `removes what is older than ${days} days`,
    },
  }
}
