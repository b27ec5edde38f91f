import { type Client, ScheduleAlreadyRunning } from '@temporalio/client'
import { TASK_QUEUE } from '../../engine/engine.ts'

/** Of the day, UTC. */
const HOUR = 3

/** One schedule for all workers of a task queue. */
export function retentionId(taskQueue: string): string {
  return taskQueue === TASK_QUEUE ? 'retention' : `retention/${taskQueue}`
}

/**
 * Has what is older than so many days removed every night. Safe when many workers start at once:
 * the last one's number of days holds, and whatever an operator has paused stays paused.
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
    await schedule.getHandle(scheduleId).update(({ state }) => ({ ...wanted, state }))
  }
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
      // One that can't go on must not keep the next night's from trying.
      workflowExecutionTimeout: '20h' as const,
      staticSummary: `removes what is older than ${days} days`,
    },
  }
}
