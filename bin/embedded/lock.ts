import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, type Running, startedAt } from './pids.ts'
import { StartupError } from './startup-error.ts'

const ATTEMPTS = 5

/**
 * Locks the data folder for this process, until the returned function is called or the process ends.
 * The lock of a process that no longer runs is taken over.
 * @throws StartupError naming the pid that has it
 */
export function lockDataDir(dataDir: string): () => void {
  const file = join(dataDir, 'lock')
  const mine = `${file}.${process.pid}`
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startedAt: startedAt(process.pid) }))
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (linked(mine, file)) return () => rmSync(file, { force: true })
      refuseIfHeld(dataDir, file)
      removeStale(file)
    }
  } finally {
    rmSync(mine, { force: true })
  }
  throw new StartupError(`${file} can't be taken; remove it and start again.`)
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function refuseIfHeld(dataDir: string, file: string): void {
  const holder = holderIn(file)
  if (!holder || !isRunning(holder)) return
  throw new StartupError(
    `Baton already runs on ${dataDir} (pid ${holder.pid}); stop that one, ` +
      'or set BATON_DATA_DIR and the ports to others.',
  )
}

/** Moves the stale lock away; puts it back if another process has locked the folder in between. */
function removeStale(file: string): void {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  const holder = holderIn(aside)
  if (holder && isRunning(holder)) linked(aside, file)
  rmSync(aside, { force: true })
}

function holderIn(file: string): Running | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Running
  } catch {
    return null
  }
}
