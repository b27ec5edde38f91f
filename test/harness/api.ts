import { randomBytes } from 'node:crypto'
import { Client } from '@temporalio/client'
import { pino } from 'pino'
import { expect, inject } from 'vitest'
import type { Pace } from '../../activities/webhooks/retries.ts'
import { createApp } from '../../api/app.ts'
import { listenForSettled } from '../../api/commands/waiting.ts'
import { openEventStreams } from '../../api/events/streams.ts'
import { runWorker } from '../../bin/run/worker.ts'
import { readSettings } from '../../bin/settings.ts'
import { openDatabase } from '../../db/client.ts'
import { hashToken } from '../../db/ids.ts'
import { openConnection } from '../../engine/connection.ts'
import { createEngine } from '../../engine/signal.ts'
import { caller } from './caller.ts'
import { freshDatabase } from './database.ts'
import { mustBeDocumented } from './documented.ts'
import { startSqlCounter } from './sql-count.ts'

export const ROOT_TOKEN = 'bt_root_test'

export type TestApi = Awaited<ReturnType<typeof testApi>>

type TestOptions = {
  worker?: boolean
  temporalAddress?: string
  allowPrivateWebhooks?: boolean
  /** How fast webhooks are delivered. */
  pace?: Pace
  /** Whether its worker repairs lost signals and wakes, as it does unless false. */
  sweeps?: boolean
  /** How streams of events are kept. */
  streams?: Parameters<typeof openEventStreams>[2]
  /** The workflows its worker runs: those of the run unless given. */
  bundlePath?: string
  /** Has what crosses the wire to its database counted. */
  counted?: Parameters<typeof startSqlCounter>[1]
  /** What sessions of its database begin with, unless they say otherwise. */
  databaseDefaults?: Record<string, string>
}

/** A worker of the code as it is here. */
function aWorker(
  settings: { databaseUrl: string; temporalAddress: string; allowPrivateWebhooks?: boolean },
  options: { taskQueue: string; pace?: Pace; sweeps?: boolean; bundlePath?: string },
) {
  const { allowPrivateWebhooks = false, ...addresses } = settings
  const all = {
    ...readSettings({ BATON_LOG_LEVEL: process.env.BATON_LOG_LEVEL ?? 'silent' }),
    ...{ ...addresses, allowPrivateWebhooks, rootToken: ROOT_TOKEN },
  }
  const { bundlePath = inject('bundlePath'), ...parts } = options
  return runWorker(all, { ...parts, workflowBundle: { codePath: bundlePath } })
}

/**
 * The whole API on a database of its own, on the run's Temporal with a task queue of its own,
 * and, unless `worker: false`, a worker that serves it.
 */
export async function testApi(options: TestOptions = {}) {
  const { temporalAddress = inject('temporalAddress'), allowPrivateWebhooks, pace } = options
  const database = await freshDatabase(20, options.databaseDefaults)
  const counter = options.counted ? await startSqlCounter(database.url, options.counted) : null
  const client = counter ? openDatabase(counter.url) : database.client
  const taskQueue = `test-${randomBytes(6).toString('hex')}`
  const connection = openConnection(temporalAddress)
  const temporal = new Client({ connection })
  const log = pino({ level: process.env.BATON_LOG_LEVEL ?? 'silent' })
  const waiting = listenForSettled(client, log)
  const engine = createEngine(temporal, taskQueue)
  const rootTokenHash = hashToken(ROOT_TOKEN)
  const { db } = client
  const events = openEventStreams(client, log, options.streams)
  const app = createApp({
    ...{ db, engine, waiting, events, log },
    rootTokenHash,
    allowPrivateWebhooks,
  })
  const { undocumented } = mustBeDocumented(app)

  const databaseUrl = counter?.url ?? database.url
  const settings = { databaseUrl, temporalAddress, allowPrivateWebhooks }
  const { sweeps, bundlePath } = options
  const startWorker = () => aWorker(settings, { taskQueue, pace, sweeps, bundlePath })
  const worker = options.worker === false ? null : await startWorker()

  async function close(): Promise<void> {
    await worker?.stop()
    events.close()
    await waiting.close()
    await connection.close()
    if (counter) await client.close()
    counter?.close()
    await database.close()
    expect(undocumented).toEqual([])
  }

  const as = (token: string) => caller((path, init) => app.request(path, init), token)
  return {
    ...{ app, as, root: as(ROOT_TOKEN), database, events, engine, temporal, taskQueue },
    ...{ counter, startWorker, close },
  }
}
