import { rmSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killRemaining } from '../../bin/embedded/detached.ts'
import { freePort } from '../../bin/embedded/ports.ts'
import { startPostgres } from '../../bin/embedded/postgres.ts'
import { migrate } from '../../db/migrate.ts'

/** A PostgreSQL of this run alone, migrated; what it leaves goes with `stop`. */
export async function ownPostgres() {
  const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'baton-bench-')))
  process.once('exit', () => {
    killRemaining()
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const server = await startPostgres({ dataDir, port: await freePort(), log: () => {} })
  await migrate(server.url)
  async function stop(): Promise<void> {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
  return { dataDir, url: server.url, stop }
}
