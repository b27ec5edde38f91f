import { startPostgres } from '../../bin/embedded/postgres.ts'
import { startTemporal } from '../../bin/embedded/temporal/server.ts'

// Starts both in the folder and on the ports it is given, and waits to be killed.
const [dataDir = '', cacheDir = '', port, temporalPort] = process.argv.slice(2)
const log = () => {}
const options = { dataDir, cacheDir, uiPort: null, namespace: 'default', log }
const [postgres, temporal] = await Promise.all([
  startPostgres({ dataDir, port: Number(port), log }),
  startTemporal({ ...options, port: Number(temporalPort) }),
])
process.send?.([postgres.pid, temporal.pid])
