import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker'
import { createActivities } from '../../activities/index.ts'
import { startSweeper } from '../../activities/sweep.ts'
import { createEngine, TASK_QUEUE } from '../../api/engine.ts'
import { openDatabase } from '../../db/client.ts'
import type { ResolvedSettings } from '../settings.ts'
import { openLog } from './log.ts'
import { scheduleRetention } from './retention.ts'
import { logThrough } from './runtime.ts'
import { registerSearchAttributes } from './search-attributes.ts'
import { openTemporal } from './temporal.ts'

/** Commands settled at once; the pool has a connection for each, and some for the sweeper. */
const SETTLING_SLOTS = 30
const RETRY_MS = 1_000
const ANSWER_WITHIN_MS = 5_000

export type RunningWorker = { stop(): Promise<void> }

type WorkerParts = Pick<WorkerOptions, 'taskQueue'> & {
  workflowBundle: WorkerOptions['workflowBundle']
}

/**
 * Runs conversations until stopped; waits for Temporal when it is not there yet, and goes on by
 * itself whenever it comes back. `stop` lets what is being settled finish.
 */
export async function runWorker(
  settings: ResolvedSettings,
  options: Partial<WorkerParts> = {},
): Promise<RunningWorker> {
  const { taskQueue = TASK_QUEUE, workflowBundle = builtBundle() } = options
  const log = openLog('worker', settings)
  logThrough(log)
  const database = openDatabase(settings.databaseUrl, SETTLING_SLOTS + 5)
  const temporal = openTemporal(settings)
  const engine = createEngine(temporal.client, taskQueue)
  const sweeper = startSweeper({ db: database.db, engine: engine, log })
  let current: Worker | null = null
  let stopping = false

  /** Not `ensureConnected`: having failed once, it fails the same way for ever. */
  function prepareNamespace(): Promise<void> {
    return temporal.connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
      await registerSearchAttributes(temporal.connection, settings.temporalNamespace)
      await scheduleRetention(temporal.client, taskQueue, settings.retentionDays).catch(
        notScheduled,
      )
    })
  }

  /** Conversations go on all the same. */
  function notScheduled(error: Error): void {
    log.warn({ cause: error.message }, 'Retention is not scheduled; the next start tries again')
  }

  async function runOnce(): Promise<void> {
    await prepareNamespace()
    const connection = await NativeConnection.connect({ address: settings.temporalAddress })
    try {
      current = await createWorker({
        connection,
        namespace: settings.temporalNamespace,
        taskQueue,
        workflowBundle,
        activities: createActivities({ db: database.db, engine, log }),
      })
      if (!stopping) await Promise.race([current.run(), failureOf(current)])
    } finally {
      current = null
      // Refused while a failed worker still holds it; it goes with the process.
      await connection.close().catch(() => {})
    }
  }

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        await runOnce()
      } catch (error) {
        if (stopping) return
        const cause = error instanceof Error ? error.message : String(error)
        log.warn({ cause }, 'Temporal does not answer; trying again')
        await setTimeout(RETRY_MS)
      }
    }
  }

  const running = run()
  return {
    async stop() {
      stopping = true
      if (current?.getState() === 'RUNNING') current.shutdown()
      await Promise.all([running, sweeper.stop()])
      await Promise.all([database.close(), temporal.close()])
    },
  }
}

/**
 * Rejects once the worker has failed: its own run does not always settle then. Never settles for
 * one that stops in order, which its run tells.
 */
async function failureOf(worker: Worker): Promise<never> {
  while (worker.getState() !== 'FAILED') {
    if (worker.getState() === 'STOPPED') return new Promise<never>(() => {})
    await setTimeout(RETRY_MS)
  }
  await setTimeout(3 * RETRY_MS)
  throw new Error('The worker failed')
}

function createWorker(options: WorkerOptions): Promise<Worker> {
  return Worker.create({
    ...options,
    // How long a conversation waits for a worker that died before another one takes it.
    stickyQueueScheduleToStartTimeout: '1500ms',
    shutdownGraceTime: '10s',
    // A Temporal that is frozen would hold us for half a minute.
    shutdownForceTime: '15s',
    maxCachedWorkflows: 1_000,
    maxConcurrentWorkflowTaskExecutions: 200,
    maxConcurrentLocalActivityExecutions: SETTLING_SLOTS,
    maxConcurrentActivityTaskExecutions: SETTLING_SLOTS,
  })
}

/** The bundle that the build made, beside the compiled code. */
function builtBundle(): { codePath: string } {
  const codePath = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url))
  if (!existsSync(codePath)) throw new Error(`No ${codePath}: run npm run build first`)
  return { codePath }
}
