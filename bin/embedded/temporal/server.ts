import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { type Detached, spawnDetached, tailOf } from '../detached.ts'
import { requireFreePorts } from '../ports.ts'
import { reportingProgress } from '../progress.ts'
import { StartupError } from '../startup-error.ts'
import { untilEither } from '../until.ts'
import { argsOf } from './args.ts'
import { findCli } from './find.ts'
import { endOrphan, endTemporal, remember } from './orphan.ts'
import { serves } from './serves.ts'

const READY_MS = 60_000

export interface EmbeddedTemporal {
  address: string
  /** null when headless. */
  uiUrl: string | null
  pid: number
  /** Resolves with how it ended. */
  ended: Promise<string>
  /** Lets it store what it has and stop; takes at most 15 s. */
  stop(): Promise<void>
}

export interface TemporalOptions {
  dataDir: string
  /** Where the CLI is kept once fetched; `<dataDir>/bin` unless given. */
  cacheDir?: string
  port: number
  /** null: without the web page. */
  uiPort: number | null
  namespace: string
  /** `<dataDir>/temporal.db` unless given; null: kept in memory only. */
  dbFilename?: string | null
  /** Registered at start, by name: Keyword, Int, Datetime … */
  searchAttributes?: Record<string, string>
  /** Settings of the server beyond its defaults and ours, by name. */
  dynamicConfig?: Record<string, number>
  log: (line: string) => void
}

/**
 * A Temporal development server on 127.0.0.1 whose namespace answers. Ends first what an earlier
 * start left running in the data folder.
 * @throws StartupError when a port is taken or no server can be had or started
 */
export async function startTemporal(options: TemporalOptions): Promise<EmbeddedTemporal> {
  const dataDir = await realpath(options.dataDir)
  const { port, uiPort, log } = options
  const cli = await findCli(options.cacheDir ?? join(dataDir, 'bin'), log)
  await endOrphan(dataDir, log)
  const ports = [{ port, variable: 'TEMPORAL_PORT' }]
  if (uiPort !== null) ports.push({ port: uiPort, variable: 'TEMPORAL_UI_PORT' })
  await requireFreePorts(...ports)
  const logFile = join(dataDir, 'temporal.log')
  const server = await spawnDetached(cli, argsOf(dataDir, options), logFile)
  remember(dataDir, server)
  const address = `127.0.0.1:${port}`
  await awaitReady(server, address, options, logFile)
  const uiUrl = uiPort === null ? null : `http://127.0.0.1:${uiPort}`
  const stop = async () => void (await endTemporal(server))
  return { address, uiUrl, pid: server.pid, ended: server.ended, stop }
}

async function awaitReady(
  server: Detached,
  address: string,
  { namespace, log }: TemporalOptions,
  logFile: string,
): Promise<void> {
  const ready = untilEither(server.ended, () => serves(address, namespace), READY_MS)
  const how = await reportingProgress('Temporal: still starting', log, ready)
  if (how === 'ready') return
  if (how === 'late') await endTemporal(server)
  const what = how === 'late' ? `was not ready within ${READY_MS / 1000} s` : 'ended while starting'
  throw new StartupError(`Temporal ${what}; ${logFile} says:\n${tailOf(logFile)}`)
}
