import type { WorkflowHandle } from '@temporalio/client'
import { defaultPayloadConverter } from '@temporalio/common'
import { vi } from 'vitest'
import type { ShiftChangeProgress } from '../../activities/shift-change.ts'
import { type Next, offersOf } from '../../domain/chat-assignment/offers.ts'
import type { Settlement } from '../../domain/conversation.ts'
import type { TestApi } from './api.ts'

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>
export type HistoryEvent = NonNullable<History['events']>[number]
type Payload = Parameters<typeof defaultPayloadConverter.fromPayload>[0]

type WithTemporal = Pick<TestApi, 'temporal'>

/** The history of a conversation's latest run, once nothing is under way in it. */
export function historyOf(api: WithTemporal, conversationId: string): Promise<History> {
  return historyOfRun(api, `conversation/${conversationId}`)
}

/** The history of a workflow's run (the latest unless named), once nothing is under way in it. */
export async function historyOfRun(
  { temporal }: WithTemporal,
  workflowId: string,
  runId?: string,
): Promise<History> {
  const handle = temporal.workflow.getHandle(workflowId, runId)
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
  return resultsIn<Settlement | null>(history)
    .filter((result) => result !== null && 'outcome' in result)
    .map((result) => {
      const { outcome, code } = result as Settlement
      return code ? `${outcome}: ${code}` : outcome
    })
}

/**
 * How a queue went on, repetitions left out: `nobody free`, `nothing waits`, or `offer 1` for an
 * offer to the first conversation that ever had one, `offer 2` for the second …
 */
export function offersIn(runs: History[]): string[] {
  const asked: string[] = []
  const words = runs.flatMap(resultsIn<Next>).flatMap((next) => {
    const offers = offersOf(next)
    if (offers.length === 0) return next.waiting ? 'nobody free' : 'nothing waits'
    return offers.map(({ conversationId }) => {
      if (!asked.includes(conversationId)) asked.push(conversationId)
      return `offer ${asked.indexOf(conversationId) + 1}`
    })
  })
  return words.filter((word, index) => word !== words[index - 1])
}

/** How a run of a shift change ended: its last result, in words. */
export function shiftChangeEndIn(history: History): string {
  const looks = resultsIn<ShiftChangeProgress>(history)
  const { state, done, total, refused } = looks.at(-1) as ShiftChangeProgress
  return `${state}: ${done} of ${total} passed on, ${refused} refused`
}

/** What the activities answered, in order, local or not. */
function resultsIn<T>(history: History): T[] {
  const payloads = (history.events ?? []).flatMap((event) => {
    const marker = event.markerRecordedEventAttributes?.details?.result?.payloads ?? []
    const activity = event.activityTaskCompletedEventAttributes?.result?.payloads ?? []
    return [...marker, ...activity]
  })
  return payloads.map((payload) => defaultPayloadConverter.fromPayload<T>(payload as Payload))
}

/** The names of the signals a run received, in order. */
export function signalsIn(history: History): string[] {
  return (history.events ?? []).flatMap((event) => {
    const name = event.workflowExecutionSignaledEventAttributes?.signalName
    return name ? [name] : []
  })
}
