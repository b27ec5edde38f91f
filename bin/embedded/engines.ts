import { join } from 'node:path'
import type { Settings } from '../settings.ts'
import { keepRunning } from './keep-running.ts'
import { requireFreePorts, type WantedPort } from './ports.ts'
import { endOrphan as endOrphanPostgres } from './postgres/orphan.ts'
import { startPostgres } from './postgres.ts'
import { endOrphan as endOrphanTemporal } from './temporal/orphan.ts'
import { startTemporal } from './temporal/server.ts'

type Log = (line: string) => void

/**
 * Ends the engines that an earlier start left running, then checks that every port is free, before
 * anything is started.
 * @throws StartupError naming the port and its variable
 */
export async function endOrphansAndCheckPorts(settings: Settings, log: Log): Promise<void> {
  const { dataDir, host } = settings
  await Promise.all([
    endOrphanPostgres(join(dataDir, 'postgres'), log),
    endOrphanTemporal(dataDir, log),
  ])
  const wanted: WantedPort[] = [{ port: settings.port, variable: 'PORT', host }]
  if (!settings.databaseUrl) wanted.push({ port: settings.postgresPort, variable: 'POSTGRES_PORT' })
  if (!settings.temporalAddress) {
    wanted.push({ port: settings.temporalPort, variable: 'TEMPORAL_PORT' })
    wanted.push({ port: settings.temporalUiPort, variable: 'TEMPORAL_UI_PORT' })
  }
  await requireFreePorts(...wanted)
}

/** The embedded PostgreSQL, started again whenever it ends by itself. */
export async function keepPostgres({ dataDir, postgresPort: port }: Settings, log: Log) {
  const start = async () => {
    const postgres = await startPostgres({ dataDir, port, log })
    log(`PostgreSQL: ready on port ${port}`)
    return postgres
  }
  const first = await start()
  return { url: first.url, ...keepRunning('PostgreSQL', first, start, log) }
}

/** The embedded Temporal, started again whenever it ends by itself. */
export async function keepTemporal(settings: Settings, log: Log) {
  const { dataDir, temporalPort: port, temporalUiPort: uiPort, temporalNamespace } = settings
  const start = async () => {
    const namespace = temporalNamespace
    const temporal = await startTemporal({ dataDir, port, uiPort, namespace, log })
    log(`Temporal: ready on port ${port}`)
    return temporal
  }
  const first = await start()
  return {
    address: first.address,
    uiUrl: first.uiUrl,
    ...keepRunning('Temporal', first, start, log),
  }
}
