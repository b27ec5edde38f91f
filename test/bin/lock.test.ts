import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDataDir } from '../../bin/embedded/data-dir.ts'
import { lockDataDir } from '../../bin/embedded/lock.ts'
import { startedAt } from '../../bin/embedded/pids.ts'
import { temporaryFolder } from './folder.ts'

function lockedBy(holder: { pid: number; startedAt: string | null }): string {
  const dataDir = temporaryFolder()
  writeFileSync(join(dataDir, 'lock'), JSON.stringify(holder))
  return dataDir
}

test('a second start on the same folder is refused, naming the first', () => {
  const other = spawn('sleep', ['60'])
  onTestFinished(() => void other.kill())
  const pid = other.pid ?? 0
  const dataDir = lockedBy({ pid, startedAt: startedAt(pid) })
  expect(() => lockDataDir(dataDir)).toThrow(`Baton already runs on ${dataDir} (pid ${pid})`)
  expect(readdirSync(dataDir)).toEqual(['lock'])
})

test('the lock of a killed start is taken over', () => {
  const dataDir = lockedBy({ pid: spawnSync('true').pid, startedAt: '1' })
  const release = lockDataDir(dataDir)
  expect(readdirSync(dataDir)).toEqual(['lock'])
  release()
  expect(existsSync(join(dataDir, 'lock'))).toBe(false)
})

test('the lock of a pid that is another program now is taken over', () => {
  lockDataDir(lockedBy({ pid: process.pid, startedAt: 'long ago' }))()
})

test('a lock cut short by a full disk is taken over', () => {
  const dataDir = temporaryFolder()
  writeFileSync(join(dataDir, 'lock'), '{"pid"')
  lockDataDir(dataDir)()
})

test('a path that cannot be a data folder is named', () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  expect(() => openDataDir(file)).toThrow(`The data folder ${file} can't be written`)
})
