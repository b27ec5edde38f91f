import { existsSync } from 'node:fs'
import type { WorkerOptions } from '@temporalio/worker'
import type { Logger } from 'pino'
import { createActivities, createDeliveries } from '../../activities/index.ts'
import { startSweeper } from '../../activities/sweep.ts'
import { type Pace, USUAL_PACE } from '../../activities/webhooks/retries.ts'
import { openSender } from '../../activities/webhooks/send.ts'
import { startOnEvent } from '../../activities/webhooks/start-on-event.ts'
import { type DatabaseClient, openDatabase } from '../../db/client.ts'
import { type EventNotifier, listenForEvents } from '../../db/events/listen.ts'
import { createEngine, TASK_QUEUE } from '../../engine/signal.ts'
import { deliveriesOf } from '../../workflows/task-queues.ts'
import type { ResolvedSettings } from '../settings.ts'
import { bundlePath } from '../workflow-bundle.ts'
import { keepWorking } from './keep-working.ts'
import { openLog } from './log.ts'
import { scheduleRetention } from './retention.ts'
import { logThrough } from './runtime.ts'
import { registerSearchAttributes } from './search-attributes.ts'
import { openTemporal } from './temporal.ts'

/** Commands settled at once on the common path, and activities of the engine's own: retries, queues, shift changes. */
const SETTLING_SLOTS = 30
const DURABLE_SLOTS = 10
/** One for each that can run at once, and some for the sweeper and for wakes. */
export const CONNECTIONS = SETTLING_SLOTS + DURABLE_SLOTS + 5
/** Webhooks drained at once: those that have something to do, or had seconds ago. */
const WEBHOOK_SLOTS = 1_000
const WEBHOOK_CONNECTIONS = 5
const ANSWER_WITHIN_MS = 5_000
/** A worker must stop within 8 s; the remaining time is for closing connections. */
const FORCE_STOP_AFTER = '5s'

export type RunningWorker = { stop(): Promise<void> }

type WorkerParts = Pick<WorkerOptions, 'taskQueue'> & {
  workflowBundle: WorkerOptions['workflowBundle']
  pace: Pace
  /** Whether it also runs the sweeper; false only in tests. */
  sweeps: boolean
}

/**
 * Runs conversations and delivers to webhooks until stopped. Waits for Temporal when it is not there
 * yet, and goes on by itself when it is back. `stop` lets finish what is being settled or sent.
 */
export async function runWorker(
  settings: ResolvedSettings,
  options: Partial<WorkerParts> = {},
): Promise<RunningWorker> {
  const {
    taskQueue = TASK_QUEUE,
    workflowBundle = builtBundle(settings.workflowStacks),
    pace = USUAL_PACE,
    sweeps = true,
  } = options
  const log = openLog('worker', settings)
  logThrough(log)
  const database = openDatabase(settings.databaseUrl, CONNECTIONS)
  const webhooksDatabase = openDatabase(settings.databaseUrl, WEBHOOK_CONNECTIONS)
  const temporal = openTemporal(settings)
  const engine = createEngine(temporal.client, taskQueue)
  const events = listenForEvents(webhooksDatabase)
  const prepare = () => prepareNamespace(temporal, taskQueue, settings, log)
  const { temporalAddress: address, temporalNamespace: namespace } = settings
  const keep = (of: WorkerOptions) =>
    keepWorking({ address, log, prepare, options: { namespace, ...of } })
  const running = [
    keep({
      ...{ taskQueue, workflowBundle, ...forConversations },
      activities: createActivities({ ...database, engine, log }),
    }),
    keep({
      ...{ taskQueue: deliveriesOf(taskQueue), ...forDeliveries },
      activities: deliveriesWith(webhooksDatabase, { settings, log, pace, events }),
    }),
    startOnEvent(events, { db: webhooksDatabase.db, engine, log }),
    ...(sweeps ? [startSweeper({ db: database.db, engine, log })] : []),
  ]

  return {
    async stop() {
      await Promise.all(running.map((one) => one.stop()))
      await Promise.all([database.close(), webhooksDatabase.close(), temporal.close()])
    },
  }
}

/**
 * Registers what the workflows need in the namespace. Does not use `ensureConnected`, which fails
 * for ever after one failure.
 */
function prepareNamespace(
  { connection, client }: ReturnType<typeof openTemporal>,
  taskQueue: string,
  { temporalNamespace, retentionDays }: ResolvedSettings,
  log: Logger,
): Promise<void> {
  return connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
    await registerSearchAttributes(connection, temporalNamespace)
    await scheduleRetention(client, taskQueue, retentionDays).catch((error) =>
      log.warn({ cause: error.message }, 'Retention is not scheduled; the next start tries again'),
    )
  })
}

/** How conversations are worked on; the benchmark works on its own in the same way. */
export const forConversations = {
  // How long a conversation waits for a worker that died, before another worker takes it.
  stickyQueueScheduleToStartTimeout: '1500ms',
  shutdownGraceTime: '3s',
  // A frozen Temporal would delay the stop by half a minute.
  shutdownForceTime: FORCE_STOP_AFTER,
  maxCachedWorkflows: 1_000,
  maxConcurrentWorkflowTaskExecutions: 200,
  maxConcurrentLocalActivityExecutions: SETTLING_SLOTS,
  maxConcurrentActivityTaskExecutions: DURABLE_SLOTS,
} satisfies Partial<WorkerOptions>

const forDeliveries = {
  // At once: a delivery activity ends after the requests in flight, or cuts them off, and goes on at another worker.
  shutdownGraceTime: 0,
  shutdownForceTime: FORCE_STOP_AFTER,
  maxConcurrentActivityTaskExecutions: WEBHOOK_SLOTS,
} satisfies Partial<WorkerOptions>

type Delivering = { settings: ResolvedSettings; log: Logger; pace: Pace; events: EventNotifier }

function deliveriesWith({ db }: DatabaseClient, { settings, ...given }: Delivering) {
  const { allowPrivateWebhooks: allowPrivate } = settings
  const sending = { allowPrivate, answerWithinMs: given.pace.answerWithinMs }
  return createDeliveries({ db, openSender: () => openSender(sending), ...given })
}

/** The bundle that the build made, beside the compiled code. */
function builtBundle(stacks: boolean): { codePath: string } {
  const codePath = bundlePath(stacks)
  if (!existsSync(codePath)) throw new Error(`No ${codePath}: run npm run build first`)
  return { codePath }
}
