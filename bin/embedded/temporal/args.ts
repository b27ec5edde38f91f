import { join } from 'node:path'
import type { TemporalOptions } from './server.ts'

// The defaults (1,200 and 2,400 a second) are reached before the processor is the limit.
const LIMITS = [
  'matching.rps',
  'frontend.rps',
  'frontend.namespaceRPS',
  'history.rps',
  'frontend.persistenceMaxQPS',
  'history.persistenceMaxQPS',
  'matching.persistenceMaxQPS',
]
const NO_LIMIT = 100_000

/** The words after `temporal`: a server with these options, its file in the data folder. */
export function argsOf(dataDir: string, options: TemporalOptions): string[] {
  const { port, uiPort, namespace, searchAttributes = {} } = options
  const db = options.dbFilename === undefined ? join(dataDir, 'temporal.db') : options.dbFilename
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port)],
    ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...['--namespace', namespace, '--log-level', 'error'],
    ...(db === null ? [] : ['--db-filename', db, '--sqlite-pragma', 'journal_mode=WAL']),
    ...LIMITS.flatMap((name) => ['--dynamic-config-value', `${name}=${NO_LIMIT}`]),
    ...Object.entries(searchAttributes).flatMap(([name, kind]) => [
      '--search-attribute',
      `${name}=${kind}`,
    ]),
  ]
}
