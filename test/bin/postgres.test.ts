import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { expect, onTestFinished, test } from 'vitest'
import { commandOf, type Running, runningIn } from '../../bin/embedded/pids.ts'
import { freePort } from '../../bin/embedded/ports.ts'
import { startPostgres } from '../../bin/embedded/postgres.ts'
import { until } from '../../bin/embedded/until.ts'
import { temporaryFolder } from './folder.ts'

async function begun(dataDir: string, port: number, said: string[] = []) {
  const server = await startPostgres({ dataDir, port, log: (line) => said.push(line) })
  onTestFinished(server.stop)
  return server
}

function connected(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  onTestFinished(() => sql.end({ timeout: 0 }))
  return sql
}

function computes({ pid }: Running): boolean {
  return commandOf(pid).endsWith(' DO')
}

test('a killed PostgreSQL starts again with its data, whatever its pid file and sessions say', async () => {
  const [dataDir, port] = [temporaryFolder(), await freePort()]
  const first = await begun(dataDir, port)
  const sql = connected(first.url)
  await sql`create table kept as select 1 as one`
  // A busy session outlives its PostgreSQL and keeps the shared memory.
  const session = sql`do $$ begin loop null; end loop; end $$`.catch((error: Error) => error)
  await until(() => runningIn(join(dataDir, 'postgres')).some(computes), 5_000)
  process.kill(first.pid, 'SIGKILL')
  expect(await first.ended).toBe('SIGKILL')
  const second = await begun(dataDir, port)
  expect(second.url).toBe(first.url)
  expect(await connected(second.url)`select one from kept`).toEqual([{ one: 1 }])
  expect(await session).toBeInstanceOf(Error)
})

test('a PostgreSQL that runs in the folder is stopped in order first', async () => {
  const [dataDir, port, said] = [temporaryFolder(), await freePort(), [] as string[]]
  const first = await begun(dataDir, port)
  await begun(dataDir, port, said)
  expect(await first.ended).toBe('exit code 0')
  expect(said.join('\n')).toContain(`left running by an earlier start (pid ${first.pid})`)
})

test('a folder half made by a killed start is made anew, and a pid file naming another ignored', async () => {
  const [dataDir, port] = [temporaryFolder(), await freePort()]
  mkdirSync(join(dataDir, 'postgres.new-x'))
  writeFileSync(join(dataDir, 'postgres.new-x', 'PG_VERSION'), '18')
  await (await begun(dataDir, port)).stop()
  expect(readdirSync(dataDir).toSorted()).toEqual(['postgres', 'postgres.log'])
  const other = spawn('sleep', ['60'], { uid: statSync(join(dataDir, 'postgres')).uid })
  onTestFinished(() => void other.kill())
  writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${other.pid}\n${dataDir}\n`)
  const again = await begun(dataDir, port)
  await again.stop()
  expect(runningIn(join(dataDir, 'postgres'))).toEqual([])
})

test('a folder of something else is left alone', async () => {
  const dataDir = temporaryFolder()
  mkdirSync(join(dataDir, 'postgres'))
  writeFileSync(join(dataDir, 'postgres', 'letters.txt'), '')
  const start = startPostgres({ dataDir, port: await freePort(), log: () => {} })
  await expect(start).rejects.toThrow('is no PostgreSQL folder')
})
