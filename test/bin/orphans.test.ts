import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { isRunning, startedAt } from '../../bin/embedded/pids.ts'
import { freePort, requireFreePorts } from '../../bin/embedded/ports.ts'
import { endOrphan as endOrphanPostgres } from '../../bin/embedded/postgres/orphan.ts'
import { endOrphan as endOrphanTemporal } from '../../bin/embedded/temporal/orphan.ts'
import { temporaryFolder } from './folder.ts'

const parentFile = fileURLToPath(new URL('parent.ts', import.meta.url))

function parentOn(...args: string[]): ChildProcess {
  const parent = fork(parentFile, args, { execArgv: ['--import', 'tsx'] })
  onTestFinished(() => void parent.kill('SIGKILL'))
  return parent
}

test('what a killed parent leaves running is found, ended, and its ports free again', async () => {
  const [dataDir, said] = [temporaryFolder(), [] as string[]]
  const [postgresPort, temporalPort] = [await freePort(), await freePort()]
  const cacheDir = join('node_modules', '.cache', 'baton')
  const parent = parentOn(dataDir, cacheDir, `${postgresPort}`, `${temporalPort}`)
  const [pids] = (await once(parent, 'message')) as [number[]]
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  const orphans = pids.map((pid) => ({ pid, startedAt: startedAt(pid) ?? '' }))
  expect(orphans.map(isRunning)).toEqual([true, true])
  await endOrphanPostgres(join(dataDir, 'postgres'), (line) => said.push(line))
  await endOrphanTemporal(dataDir, (line) => said.push(line))
  expect(orphans.map(isRunning)).toEqual([false, false])
  expect(said).toHaveLength(2)
  const ports = [postgresPort, temporalPort].map((port) => ({ port, variable: 'PORT' }))
  await requireFreePorts(...ports)
})
