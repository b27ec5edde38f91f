import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'
import { freePort } from '../../bin/embedded/ports.ts'
import { until } from '../../bin/embedded/until.ts'
import { runApi } from '../../bin/run/api.ts'
import { runWorker } from '../../bin/run/worker.ts'
import { readSettings, resolveSettings } from '../../bin/settings.ts'
import { startSqlCounter } from '../../test/harness/sql-count.ts'
import { environmentOf } from '../contestants.ts'
import type { Engines } from '../own/engines.ts'
import { type Answer, type Ask, clientWith, openAsker } from './ask.ts'
import { makeScene, type Scene } from './scene.ts'
import type { Workload } from './workload.ts'

type Sql = { statements: string; roundTrips: string }
/** What one of a kind costs, from the request to the answer; as a range where it varies. */
export type Counted = { kind: string; api: Sql; worker: Sql; events: string; transitions: string }

type Sample = Record<'api' | 'worker', { statements: number; roundTrips: number }> & {
  events: number
  transitions: number
}

const WARM = 6
const SAMPLES = 6
const QUIET_MS = 100
const SETTLED_MS = 5_000
/** Told of events, the worker looks for webhooks whenever it likes: no part of a command. */
const APART = [/"webhooks"/]

/** Counts what each of Baton's workloads costs, one request after another, on a service of its own. */
export async function countAll(
  engines: Engines,
  workloadsIn: (scene: Scene) => Promise<Workload[]>,
): Promise<Counted[]> {
  const env = environmentOf(engines)
  const [api, worker] = [
    await startSqlCounter(engines.databaseUrl, { ignoring: APART }),
    await startSqlCounter(engines.databaseUrl, { ignoring: APART }),
  ]
  const settings = (DATABASE_URL: string, PORT = '0') =>
    resolveSettings(readSettings({ ...env, DATABASE_URL, PORT }))
  const workflowBundle = { codePath: resolve('dist/workflow-bundle.js') }
  const runningWorker = await runWorker(settings(worker.url), { sweeps: false, workflowBundle })
  const running = await runApi(settings(api.url, String(await freePort())))
  const connection = await Connection.connect({ address: engines.temporalAddress })
  const temporal = new Client({ connection })
  const asker = openAsker(running.url, 1)

  /** What was counted between two moments at which nothing was under way. */
  async function sample(ask: Ask, told: (answer: Answer) => void): Promise<Sample> {
    const before = await historyOf(temporal, ask)
    await pause(QUIET_MS)
    api.reset()
    worker.reset()
    const answer = await asker.ask(ask)
    const sql = { api: api.counts(), worker: worker.counts() }
    told(answer)
    if (!ask.isRight(answer)) throw new Error(`${ask.kind}: ${JSON.stringify(answer)}`)
    const after = await historyOf(temporal, ask)
    const since = after.runId === before.runId ? before : { length: 0, transitions: 0 }
    const events = after.length - since.length
    const transitions = after.transitions - since.transitions
    return { ...sql, events, transitions }
  }

  async function count(workload: Workload): Promise<Counted[]> {
    const client = clientWith(await workload.script())
    const samples = new Map<string, Sample[]>()
    for (let n = 0; n < WARM + 2 * SAMPLES; n += 1) {
      const ask = client.next()
      const one = await sample(ask, client.told)
      if (n >= WARM) samples.set(ask.kind, [...(samples.get(ask.kind) ?? []), one])
    }
    return [...samples].map(([kind, those]) => summary(kind, those))
  }

  try {
    const counted: Counted[] = []
    const workloads = await workloadsIn(await makeScene(running.url))
    for (const workload of workloads.filter(({ contestant }) => contestant === 'baton')) {
      counted.push(...(await count(workload)))
    }
    return counted
  } finally {
    await Promise.all([asker.close(), connection.close()])
    await Promise.all([running.stop(), runningWorker.stop()])
    api.close()
    worker.close()
  }
}

type Length = { runId: string; length: number; transitions: number }

/** How long the history of the conversation's workflow is once nothing is under way in it. */
async function historyOf(temporal: Client, { path }: Ask): Promise<Length> {
  const [, id] = /conversations\/([^/?]+)/.exec(path) ?? []
  const none = { runId: '', length: 0, transitions: 0 }
  let found: Length = none
  const isQuiet = async () => {
    try {
      const { raw, runId, historyLength } = await temporal.workflow
        .getHandle(`conversation/${id}`)
        .describe()
      const transitions = Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0)
      found = { runId, length: historyLength, transitions }
      return !raw.pendingWorkflowTask
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return true
      throw error
    }
  }
  if (await until(isQuiet, SETTLED_MS)) return found
  throw new Error(`The workflow of ${id} does not come to rest`)
}

function summary(kind: string, samples: Sample[]): Counted {
  const range = (pick: (sample: Sample) => number) => {
    const values = samples.map(pick)
    const [least, most] = [Math.min(...values), Math.max(...values)]
    return least === most ? `${least}` : `${least}–${most}`
  }
  const sql = (part: 'api' | 'worker') => ({
    statements: range((sample) => sample[part].statements),
    roundTrips: range((sample) => sample[part].roundTrips),
  })
  return {
    ...{ kind, api: sql('api'), worker: sql('worker') },
    events: range(({ events }) => events),
    transitions: range(({ transitions }) => transitions),
  }
}
