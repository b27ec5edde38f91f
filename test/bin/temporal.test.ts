import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../bin/embedded/ports.ts'
import { fetchInto } from '../../bin/embedded/temporal/fetch.ts'
import { runProgram } from '../../bin/embedded/temporal/run-program.ts'
import { startTemporal } from '../../bin/embedded/temporal/server.ts'
import { temporaryFolder } from './folder.ts'

const cacheDir = join('node_modules', '.cache', 'baton')

async function begun(dataDir: string, port: number, said: string[] = []) {
  const log = (line: string) => said.push(line)
  const server = await startTemporal({
    dataDir,
    cacheDir,
    port,
    uiPort: null,
    namespace: 'one',
    log,
  })
  onTestFinished(server.stop)
  return server
}

async function namespacesOf(address: string): Promise<(string | null | undefined)[]> {
  const connection = await Connection.connect({ address })
  const { namespaces } = await connection.workflowService.listNamespaces({})
  await connection.close()
  return namespaces.map((one) => one.namespaceInfo?.name)
}

test('a killed Temporal starts again with its data, and one still running is ended first', async () => {
  const [dataDir, port, said] = [temporaryFolder(), await freePort(), [] as string[]]
  const first = await begun(dataDir, port)
  const connection = await Connection.connect({ address: first.address })
  const aDay = { seconds: 86_400 } as never
  await connection.workflowService.registerNamespace({
    namespace: 'kept',
    workflowExecutionRetentionPeriod: aDay,
  })
  await connection.close()
  process.kill(first.pid, 'SIGKILL')
  expect(await first.ended).toBe('SIGKILL')
  const second = await begun(dataDir, port)
  const third = await begun(dataDir, port, said)
  expect(await second.ended).toBe('exit code 0')
  expect(said.join('\n')).toContain(`left running by an earlier start (pid ${second.pid})`)
  expect(await namespacesOf(third.address)).toContain('kept')
})

test('in memory it leaves no database behind', async () => {
  const [dataDir, port] = [temporaryFolder(), await freePort()]
  const options = { dataDir, cacheDir, port, uiPort: null, namespace: 'one', dbFilename: null }
  const server = await startTemporal({ ...options, log: () => {} })
  onTestFinished(server.stop)
  expect(server).toMatchObject({ address: `127.0.0.1:${port}`, uiUrl: null })
  expect(await namespacesOf(server.address)).toContain('one')
  expect(readdirSync(dataDir).filter((name) => name.includes('.db'))).toEqual([])
})

test('a fetched program that does not run never reaches the cache', async () => {
  const cache = temporaryFolder()
  const half = async (folder: string) => {
    writeFileSync(join(folder, 'temporal'), 'cut off')
    return join(folder, 'temporal')
  }
  mkdirSync(join(cache, 'fetching-999999999-left'))
  expect(await fetchInto(cache, half, () => {})).toBe('what was fetched does not run here')
  expect(readdirSync(cache)).toEqual([])
})

test('a fetch that hangs is given up in time, with what it started', async () => {
  const patience = { withinMs: 200, log: () => {} }
  const hanging = runProgram('sh', ['-c', 'sleep 60 & wait'], patience)
  await expect(hanging).rejects.toThrow('it took more than 0.2 s')
})
