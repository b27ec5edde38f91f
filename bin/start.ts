import { migrate } from '../db/migrate.ts'
import { type Demo, makeDemo } from './demo.ts'
import { openDataDir } from './embedded/data-dir.ts'
import { killRemaining } from './embedded/detached.ts'
import { endOrphansAndCheckPorts, keepPostgres, keepTemporal } from './embedded/engines.ts'
import { lockDataDir } from './embedded/lock.ts'
import { rootTokenIn } from './embedded/root-token.ts'
import { createShutdown } from './embedded/shutdown.ts'
import { firstSignal } from './embedded/signals.ts'
import { StartupError, tell } from './embedded/startup-error.ts'
import { welcome } from './embedded/welcome.ts'
import { runApi } from './run/api.ts'
import { runWorker } from './run/worker.ts'
import { type ResolvedSettings, readSettings, type Settings } from './settings.ts'

const log = (line: string) => console.log(line)
const shutdown = createShutdown(log)

/** Starts, in parallel, the engines that are not given by an address. */
async function startEngines(settings: Settings) {
  const nothing = Promise.resolve(null)
  const postgres = settings.databaseUrl
    ? nothing
    : shutdown.add('PostgreSQL', keepPostgres(settings, log))
  const temporal = settings.temporalAddress
    ? nothing
    : shutdown.add('Temporal', keepTemporal(settings, log))
  return Promise.all([postgres, temporal])
}

/** Ends the start when somebody has pressed Ctrl-C meanwhile. */
function throwIfStopping(): void {
  if (shutdown.isRunning) throw new StartupError('Stopped while starting.')
}

async function start(): Promise<void> {
  const read = readSettings(process.env)
  const settings = { ...read, dataDir: openDataDir(read.dataDir) }
  process.once('exit', lockDataDir(settings.dataDir))
  await endOrphansAndCheckPorts(settings, log)
  const [postgres, temporal] = await startEngines(settings)
  const resolved: ResolvedSettings = {
    ...settings,
    databaseUrl: settings.databaseUrl ?? postgres?.url ?? '',
    temporalAddress: settings.temporalAddress ?? temporal?.address ?? '',
    rootToken: settings.rootToken ?? rootTokenIn(settings.dataDir),
  }
  throwIfStopping()
  await migrate(resolved.databaseUrl)
  throwIfStopping()
  // Before the API starts: once it answers, demo.json is there.
  const demo = settings.demo ? await makeDemo(resolved) : null
  throwIfStopping()
  const [, api] = await Promise.all([
    shutdown.add('the worker', runWorker(resolved)),
    shutdown.add('the API', runApi(resolved, demo ? tokensOf(demo) : undefined)),
  ])
  throwIfStopping()
  const { temporalAddress, dataDir } = resolved
  const { url } = api
  const seconds = performance.now() / 1000
  log(welcome({ url, uiUrl: temporal?.uiUrl ?? null, temporalAddress, dataDir, demo, seconds }))
}

const tokensOf = ({ users }: Demo) => new Map(users.map(({ id, token }) => [id, token]))

async function stop(code: number): Promise<never> {
  await shutdown.run()
  if (code === 0) log('Stopped.')
  process.exit(code)
}

process.once('exit', killRemaining)
void firstSignal().then(() => stop(0))
try {
  await start()
} catch (error) {
  // An error during the stop is a consequence of the stop.
  if (!shutdown.isRunning) {
    console.error(tell(error))
    await stop(1)
  }
}
