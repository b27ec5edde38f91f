import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from '../../db/driver.ts'
import { type Detached, spawnDetached, tailOf } from './detached.ts'
import { requireFreePorts } from './ports.ts'
import { type Account, asAccount, findAccount } from './postgres/account.ts'
import { DATABASE, databaseUrlIn } from './postgres/address.ts'
import { type Binaries, findBinaries } from './postgres/binaries.ts'
import { makeCluster } from './postgres/cluster.ts'
import { endOrphan, endPostgres, pidFileOf } from './postgres/orphan.ts'
import { reportingProgress } from './progress.ts'
import { StartupError } from './startup-error.ts'
import { untilEither } from './until.ts'

// Recovery after a kill takes seconds as a rule, but can take minutes.
const READY_MS = 300_000

export interface EmbeddedPostgres {
  url: string
  pid: number
  /** Resolves with how it ended. */
  ended: Promise<string>
  /** Ends its sessions, closes its files and stops; takes at most 20 s. */
  stop(): Promise<void>
}

export interface PostgresOptions {
  dataDir: string
  port: number
  log: (line: string) => void
}

/**
 * A PostgreSQL on 127.0.0.1 with the database `baton`, kept in `<dataDir>/postgres`, ready for
 * connections. Ends first what an earlier start left running there.
 * @throws StartupError when its port is taken or it can't run here
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = await realpath(options.dataDir)
  const folder = join(dataDir, 'postgres')
  const binaries = await findBinaries()
  await endOrphan(folder, options.log)
  await requireFreePorts({ port: options.port, variable: 'POSTGRES_PORT' })
  const account = await findAccount(dataDir, binaries.postgres, options.log)
  await makeCluster(dataDir, folder, account, binaries.initdb, options.log)
  const url = databaseUrlIn(dataDir, options.port)
  const server = await launch(folder, options, account, binaries)
  const stop = async () => void (await endPostgres(server))
  await makeDatabase(url).catch(async (error) => {
    await stop()
    throw error
  })
  return { url, pid: server.pid, ended: server.ended, stop }
}

async function launch(
  folder: string,
  { port, log }: PostgresOptions,
  account: Account,
  { postgres }: Binaries,
): Promise<Detached> {
  const logFile = `${folder}.log`
  const flags = Object.entries(settings(port)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const { command, args, options } = asAccount(account, postgres, ['-D', folder, ...flags])
  const server = await spawnDetached(command, args, logFile, { ...options, killSignal: 'SIGQUIT' })
  const ready = untilEither(server.ended, () => saysReady(folder, server), READY_MS)
  const how = await reportingProgress('PostgreSQL: still starting', log, ready)
  if (how === 'ready') return server
  if (how === 'late') await endPostgres(server)
  const what = how === 'late' ? `was not ready within ${READY_MS / 1000} s` : 'ended while starting'
  throw new StartupError(`PostgreSQL ${what}; ${logFile} says:\n${tailOf(logFile)}`)
}

function settings(port: number): Record<string, string | number> {
  return {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Failed statements and their values would put message text in the log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  }
}

/** The eighth line of postmaster.pid is the server's state: what pg_ctl waits for as well. */
function saysReady(folder: string, server: Detached): boolean {
  const lines = pidFileOf(folder)
  return Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready'
}

async function makeDatabase(url: string): Promise<void> {
  const sql = connect(url, { database: 'postgres', max: 1, onnotice: () => {} })
  try {
    const found = await sql`select from pg_database where datname = ${DATABASE}`
    if (found.count === 0) await sql`create database ${sql(DATABASE)}`
  } finally {
    await sql.end()
  }
}
