import { mkdir, writeFile } from 'node:fs/promises'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { vi } from 'vitest'
import type { TestApi } from '../harness/api.ts'
import { type History, historyOfRun } from '../harness/history.ts'

export const HISTORIES = new URL('./histories/', import.meta.url)

/** The histories of every run of a workflow, oldest first, once there are `count` of them. */
export async function runsOf(api: TestApi, workflowId: string, count: number): Promise<History[]> {
  const query = `WorkflowId = '${workflowId}'`
  const runIds = await vi.waitFor(
    async () => {
      const runs: { runId: string; at: Date }[] = []
      for await (const run of api.temporal.workflow.list({ query })) {
        runs.push({ runId: run.runId, at: run.startTime })
      }
      if (runs.length < count) throw new Error(`${runs.length} of ${count} runs are listed`)
      return runs.sort((a, b) => Number(a.at) - Number(b.at)).map(({ runId }) => runId)
    },
    { timeout: 10_000, interval: 100 },
  )
  return Promise.all(runIds.map((runId) => historyOfRun(api, workflowId, runId)))
}

/** Writes the histories of a life's runs, as `<name>.<run>.json`. */
export async function recordHistory(name: string, runs: History[]): Promise<void> {
  await mkdir(HISTORIES, { recursive: true })
  for (const [index, history] of runs.entries()) {
    await writeFile(new URL(`${name}.${index + 1}.json`, HISTORIES), `${historyToJSON(history)}\n`)
  }
}
