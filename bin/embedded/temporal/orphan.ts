import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandOf, end, isRunning, type Running } from '../pids.ts'
import { StartupError } from '../startup-error.ts'

const GENTLY_MS = 10_000
const AT_ONCE_MS = 5_000
const PID_FILE = 'temporal.pid'

/** Stops a Temporal server: in order, or by force when that takes too long. */
export function endTemporal(running: Running): Promise<boolean> {
  return end(running, { signal: 'SIGTERM', ms: GENTLY_MS }, { signal: 'SIGKILL', ms: AT_ONCE_MS })
}

/** Stores which server runs in this data folder, for the next start after a kill. */
export function remember(dataDir: string, { pid, startedAt }: Running): void {
  const file = join(dataDir, PID_FILE)
  writeFileSync(`${file}.new`, JSON.stringify({ pid, startedAt }))
  renameSync(`${file}.new`, file)
}

/** Ends the server an earlier start left running in this data folder when it was killed. */
export async function endOrphan(dataDir: string, log: (line: string) => void): Promise<void> {
  const orphan = remembered(join(dataDir, PID_FILE))
  if (!orphan || !isRunning(orphan) || !commandOf(orphan.pid).includes('start-dev')) return
  log(`Temporal: stopping the one left running by an earlier start (pid ${orphan.pid}) …`)
  if (await endTemporal(orphan)) return
  throw new StartupError(`A Temporal server in ${dataDir} does not end; end pid ${orphan.pid}.`)
}

function remembered(file: string): Running | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Running
  } catch {
    return null
  }
}
