import type { WorkflowHandle } from '@temporalio/client'
import { defaultPayloadConverter } from '@temporalio/common'
import { vi } from 'vitest'
import type { Settlement } from '../../workflows/conversation-state.ts'
import type { TestApi } from './api.ts'

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>
export type HistoryEvent = NonNullable<History['events']>[number]
type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0]

/** The history of a conversation's run (the latest unless named), once nothing is under way in it. */
export async function historyOf(
  { temporal }: Pick<TestApi, 'temporal'>,
  conversationId: string,
  runId?: string,
): Promise<History> {
  const handle = temporal.workflow.getHandle(`conversation/${conversationId}`, runId)
  return vi.waitFor(
    async () => {
      const history = await handle.fetchHistory()
      const underWay = ['workflowExecutionSignaled', 'workflowTaskScheduled', 'workflowTaskStarted']
      const last = history.events?.at(-1)
      if (!last || underWay.includes(kindOf(last))) throw new Error('A workflow task is under way')
      return history
    },
    { timeout: 10_000, interval: 50 },
  )
}

/** What an event is, such as `markerRecorded`. */
export function kindOf(event: HistoryEvent): string {
  const attributes = Object.keys(event).find((key) => {
    return key.endsWith('EventAttributes') && event[key as keyof HistoryEvent]
  })
  return (attributes ?? 'unknown').replace('EventAttributes', '')
}

/** What `settle` answered, in order, as `accepted` or `refused: not_assignee`; by whatever activity. */
export function settlementsIn(history: History): string[] {
  const results = (history.events ?? []).flatMap((event) => {
    const marker = event.markerRecordedEventAttributes?.details?.result?.payloads ?? []
    const activity = event.activityTaskCompletedEventAttributes?.result?.payloads ?? []
    return [...marker, ...activity]
  })
  return results
    .map((payload) => defaultPayloadConverter.fromPayload<Settlement | null>(payload as Payload))
    .filter((result) => result !== null && 'outcome' in result)
    .map((result) => {
      const { outcome, code } = result as Settlement
      return code ? `${outcome}: ${code}` : outcome
    })
}

/** The names of the signals a run received, in order. */
export function signalsIn(history: History): string[] {
  return (history.events ?? []).flatMap((event) => {
    const name = event.workflowExecutionSignaledEventAttributes?.signalName
    return name ? [name] : []
  })
}
