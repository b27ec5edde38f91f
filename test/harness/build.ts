import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { lockDataDir } from '../../bin/embedded/lock.ts'
import { startedAt } from '../../bin/embedded/pids.ts'
import { until } from '../../bin/embedded/until.ts'

const LOCKED = resolve('node_modules/.cache/baton/build')
const BUILD_MS = 60_000

/** The production build in `dist`, made once in a run of the tests; its path. */
export async function builtOnce(): Promise<string> {
  const unlock = await locked()
  try {
    const stamp = join(LOCKED, 'built-for')
    // The files of a run are children of one process.
    const run = `${process.ppid} ${startedAt(process.ppid)}`
    if (contentOf(stamp) !== run) {
      await promisify(execFile)('npm', ['run', 'build'])
      writeFileSync(stamp, run)
    }
    return resolve('dist')
  } finally {
    unlock()
  }
}

async function locked(): Promise<() => void> {
  mkdirSync(LOCKED, { recursive: true })
  let unlock: (() => void) | null = null
  const got = () => {
    try {
      unlock = lockDataDir(LOCKED)
      return true
    } catch {
      return false
    }
  }
  if (await until(got, BUILD_MS)) return unlock as unknown as () => void
  throw new Error(`${LOCKED}/lock is held for more than ${BUILD_MS / 1000} s`)
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
