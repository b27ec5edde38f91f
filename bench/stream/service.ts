import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../bin/embedded/ports.ts'
import { openDatabase } from '../../db/client.ts'
import { ownPostgres } from '../own/postgres.ts'

export type Service = Awaited<ReturnType<typeof startService>>

/** A PostgreSQL of its own and one API process on it. Temporal is not there: nothing here needs it. */
export async function startService() {
  const postgres = await ownPostgres()
  const settings = {
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    BATON_ROOT_TOKEN: 'bt_root_bench',
    BATON_DATA_DIR: postgres.dataDir,
    PORT: String(await freePort()),
  }
  const execArgv = [...process.execArgv, '--expose-gc']
  const server = fileURLToPath(new URL('./server.ts', import.meta.url))
  const api = fork(server, [JSON.stringify(settings)], { execArgv })
  const [{ url }] = (await once(api, 'message')) as [{ url: string }]
  const database = openDatabase(postgres.url)

  /** The memory of the API process, garbage collected, in bytes. */
  async function rss(): Promise<number> {
    api.send('rss')
    const [answer] = (await once(api, 'message')) as [{ rss: number }]
    return answer.rss
  }

  async function stop(): Promise<void> {
    api.kill('SIGKILL')
    await database.close()
    await postgres.stop()
  }
  return { url, db: database.db, rss, stop }
}
