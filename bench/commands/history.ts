import { type Client, WorkflowNotFoundError } from '@temporalio/client'
import { until } from '../../bin/embedded/until.ts'
import type { ContestantName } from '../contestants.ts'
import type { Ask } from './ask.ts'

const AT_REST_MS = 5_000
const workflowOf: Record<ContestantName, string> = {
  ...{ floor: 'floor', naive: 'naive', baton: 'conversation', bare: 'none' },
}

type Length = { runId: string; events: number; transitions: number }

/** How long the history of the conversation's workflow is once nothing is under way in it. */
export async function historyOf(
  temporal: Client,
  contestant: ContestantName,
  { path }: Ask,
): Promise<Length> {
  const [, id] = /conversations\/([^/?]+)/.exec(path) ?? []
  let found: Length = { runId: '', events: 0, transitions: 0 }
  const isAtRest = async () => {
    try {
      const handle = temporal.workflow.getHandle(`${workflowOf[contestant]}/${id}`)
      const { raw, runId, historyLength: events } = await handle.describe()
      const transitions = Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0)
      found = { runId, events, transitions }
      return !raw.pendingWorkflowTask && !raw.pendingActivities?.length
    } catch (error) {
      // What never needed the engine has no workflow.
      if (error instanceof WorkflowNotFoundError) return true
      throw error
    }
  }
  if (await until(isAtRest, AT_REST_MS)) return found
  throw new Error(`The workflow of ${id} does not come to rest`)
}
