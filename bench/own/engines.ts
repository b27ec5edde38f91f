import { join, resolve } from 'node:path'
import { runningIn } from '../../bin/embedded/pids.ts'
import { freePort } from '../../bin/embedded/ports.ts'
import { startTemporal } from '../../bin/embedded/temporal/server.ts'
import { ownPostgres } from './postgres.ts'

const CACHE_DIR = resolve('node_modules/.cache/baton')

export type Engines = Awaited<ReturnType<typeof ownEngines>>

/** The PostgreSQL and the Temporal that all contestants share, as `npm start` runs them. */
export async function ownEngines() {
  const postgres = await ownPostgres()
  const { dataDir } = postgres
  const temporal = await startTemporal({
    ...{ dataDir, cacheDir: CACHE_DIR, namespace: 'default' },
    ...{ port: await freePort(), uiPort: null },
    log: () => {},
  })
  return {
    dataDir,
    databaseUrl: postgres.url,
    temporalAddress: temporal.address,
    /** Which processes are at work in them now. */
    pids: () => ({
      temporal: [temporal.pid],
      postgres: runningIn(join(dataDir, 'postgres')).map(({ pid }) => pid),
    }),
    async stop() {
      await temporal.stop()
      await postgres.stop()
    },
  }
}
