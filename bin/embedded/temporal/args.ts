import { join } from 'node:path'
import type { TemporalOptions } from './server.ts'

// The defaults (1,200 and 2,400 a second) would be reached before the processor is busy. The last
// three count per shard, of which this server has one: with their 20 a second, a command that
// comes alone waits for 40 ms.
const LIMITS = [
  'matching.rps',
  'frontend.rps',
  'frontend.namespaceRPS',
  'history.rps',
  'frontend.persistenceMaxQPS',
  'history.persistenceMaxQPS',
  'matching.persistenceMaxQPS',
  'history.transferProcessorMaxPollRPS',
  'history.timerProcessorMaxPollRPS',
  'history.visibilityProcessorMaxPollRPS',
]
const NO_LIMIT = 100_000

// The server answers the open polls of a worker that stops. Otherwise the worker drops them, and a
// task that the server has just given to such a poll waits for its time-out.
const ENDS_POLLS = 'frontend.enableCancelWorkerPollsOnShutdown=true'

// Survives every kill. A power cut may lose the last writes, which are repaired from the database.
// A signal takes 3 ms instead of 5 ms.
const SYNC = 'synchronous=NORMAL'

/** The words after `temporal`: a server with these options, its file in the data folder. */
export function argsOf(dataDir: string, options: TemporalOptions): string[] {
  const { port, uiPort, namespace, searchAttributes = {}, dynamicConfig = {} } = options
  const db = options.dbFilename === undefined ? join(dataDir, 'temporal.db') : options.dbFilename
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port)],
    ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...['--namespace', namespace, '--log-level', 'error'],
    ...(db === null ? [] : ['--db-filename', db, ...pragma('journal_mode=WAL', SYNC)]),
    ...LIMITS.flatMap((name) => ['--dynamic-config-value', `${name}=${NO_LIMIT}`]),
    ...['--dynamic-config-value', ENDS_POLLS],
    ...Object.entries(dynamicConfig).flatMap(([name, value]) => [
      '--dynamic-config-value',
      `${name}=${value}`,
    ]),
    ...Object.entries(searchAttributes).flatMap(([name, kind]) => [
      '--search-attribute',
      `${name}=${kind}`,
    ]),
  ]
}

function pragma(...settings: string[]): string[] {
  return settings.flatMap((setting) => ['--sqlite-pragma', setting])
}
