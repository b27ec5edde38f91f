import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { freePort } from '../../bin/embedded/ports.ts'
import { databaseUrlIn } from '../../bin/embedded/postgres/address.ts'
import { until } from '../../bin/embedded/until.ts'
import { openDatabase } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import type { TestApi } from './api.ts'
import { builtOnce } from './build.ts'
import { caller } from './caller.ts'
import { type Part, type Program, postgresPart, program, temporalPart } from './parts.ts'

const ROOT_TOKEN = 'bt_root_crash'
const READY_MS = 30_000
/** No request may take longer, whatever is killed or frozen: the longest wait and some time to answer. */
const LONGEST_ANSWER_MS = 33_000

export type OwnService = Awaited<ReturnType<typeof ownService>>
export type PartName = 'worker' | 'api' | 'temporal' | 'postgres'

/** Starts PostgreSQL with our tables and Temporal in this folder; with the environment of API and worker. */
async function startEngines(dataDir: string) {
  const [postgresPort, temporalPort, port] = await Promise.all([freePort(), freePort(), freePort()])
  const postgres = postgresPart(dataDir, postgresPort)
  const temporal = temporalPart(dataDir, temporalPort)
  await Promise.all([postgres.start(), temporal.start()])
  const databaseUrl = databaseUrlIn(dataDir, postgresPort)
  await migrate(databaseUrl)
  const env = {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
    BATON_ROOT_TOKEN: ROOT_TOKEN,
    BATON_DATA_DIR: dataDir,
    BATON_WEBHOOK_ALLOW_PRIVATE: '1',
    PORT: String(port),
  }
  return { postgres, temporal, env }
}

/** Starts API and worker beside them. What runs is killed with this process, whatever happens. */
async function startAll(dist: string, dataDir: string) {
  const { postgres, temporal, env } = await startEngines(dataDir)
  const api = program(join(dist, 'bin/api.js'), env, join(dataDir, 'api.log'))
  const worker = program(join(dist, 'bin/worker.js'), env, join(dataDir, 'worker.log'))
  const parts: Record<PartName, Part> = { worker, api, temporal, postgres }
  const all: Part[] = Object.values(parts)
  const killNow = () => {
    for (const part of all) void part.kill()
  }
  process.once('exit', killNow)
  await Promise.all([api.start(), worker.start()])
  return { env, parts, all, killNow, api, worker, temporal, postgres }
}

/** Whether the API at `url` is ready, and waiting until it is. */
function readinessOf(url: string) {
  async function isReady(): Promise<boolean> {
    return await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
  }
  async function ready(): Promise<void> {
    if (!(await until(isReady, READY_MS))) throw new Error(`${url} does not get ready`)
  }
  return { isReady, ready }
}

/**
 * The service as it runs in production, of this test file alone: PostgreSQL, Temporal, API and
 * worker, each a process that may be killed. Ready when it returns.
 */
export async function ownService() {
  const dist = await builtOnce()
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'baton-crash-')))
  chmodSync(dataDir, 0o711)
  const { env, all, killNow, ...started } = await startAll(dist, dataDir)
  const url = `http://127.0.0.1:${env.PORT}`
  const fetchOf = (path: string, init: RequestInit) =>
    fetch(url + path, { signal: AbortSignal.timeout(LONGEST_ANSWER_MS), ...init })
  const as = (token: string) => caller(fetchOf, token)
  const database = openDatabase(env.DATABASE_URL, 10)
  const connection = Connection.lazy({ address: env.TEMPORAL_ADDRESS, connectTimeout: '3s' })
  const { isReady, ready } = readinessOf(url)

  /** One more worker beside the first, started; it ends with the service. */
  async function anotherWorker(): Promise<Program> {
    const log = join(dataDir, `worker-${all.length}.log`)
    const another = program(join(dist, 'bin/worker.js'), env, log)
    all.push(another)
    await another.start()
    return another
  }

  /** Thaws what a failed test has left frozen. */
  function thaw(): void {
    for (const part of all) part.thaw()
  }

  async function close(): Promise<void> {
    await Promise.all([database.close(), connection.close()])
    await Promise.all(all.map((part) => part.kill()))
    process.off('exit', killNow)
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }

  await ready()
  return {
    ...{ url, dist, dataDir, env, ...started },
    ...{ db: database.db, engine: new Client({ connection }) },
    ...{ as, root: as(ROOT_TOKEN), anotherWorker, isReady, ready, thaw, close },
    /** As `aWorkspace` wants it. */
    forWorkspaces: { as, root: as(ROOT_TOKEN) } as unknown as TestApi,
  }
}
