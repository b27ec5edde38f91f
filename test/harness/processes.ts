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
/** No request may take longer, whatever is killed or frozen: its wait, and what it takes to tell. */
const LONGEST_ANSWER_MS = 33_000

export type OwnService = Awaited<ReturnType<typeof ownService>>
export type PartName = 'worker' | 'api' | 'temporal' | 'postgres'

/**
 * The service as it runs in production, of this test file alone: PostgreSQL, Temporal, API and
 * worker, each a process that may be killed. Ready when it returns.
 */
export async function ownService() {
  const dist = await builtOnce()
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'baton-crash-')))
  chmodSync(dataDir, 0o711)
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
  const api = program(join(dist, 'bin/api.js'), env, join(dataDir, 'api.log'))
  const worker = program(join(dist, 'bin/worker.js'), env, join(dataDir, 'worker.log'))
  const parts: Record<PartName, Part> = { worker, api, temporal, postgres }
  const all: Part[] = Object.values(parts)
  const killNow = () => {
    for (const part of all) void part.kill()
  }
  process.once('exit', killNow)
  await Promise.all([api.start(), worker.start()])

  const url = `http://127.0.0.1:${port}`
  const fetchOf = (path: string, init: RequestInit) =>
    fetch(url + path, { signal: AbortSignal.timeout(LONGEST_ANSWER_MS), ...init })
  const as = (token: string) => caller(fetchOf, token)
  const database = openDatabase(databaseUrl, 10)
  const connection = Connection.lazy({ address: env.TEMPORAL_ADDRESS, connectTimeout: '3s' })

  async function isReady(): Promise<boolean> {
    return await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
  }

  async function ready(): Promise<void> {
    if (!(await until(isReady, READY_MS))) throw new Error(`${url} does not get ready`)
  }

  /** One more worker beside the first, started; it ends with the service. */
  async function anotherWorker(): Promise<Program> {
    const log = join(dataDir, `worker-${all.length}.log`)
    const another = program(join(dist, 'bin/worker.js'), env, log)
    all.push(another)
    await another.start()
    return another
  }

  /** Lets go on what a failed test has left frozen. */
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
    ...{ url, dist, dataDir, env, parts, api, worker, temporal, postgres },
    ...{ db: database.db, engine: new Client({ connection }) },
    ...{ as, root: as(ROOT_TOKEN), anotherWorker, isReady, ready, thaw, close },
    /** As `aWorkspace` wants it. */
    forWorkspaces: { as, root: as(ROOT_TOKEN) } as unknown as TestApi,
  }
}
