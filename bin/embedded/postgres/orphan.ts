import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { commandOf, end, isRunning, type Running, runningIn, startedAt } from '../pids.ts'
import { StartupError } from '../startup-error.ts'

const FAST_MS = 10_000
const AT_ONCE_MS = 5_000

/** Stops a PostgreSQL: ends its sessions and lets it close its files; by force when that takes too long. */
export function endPostgres(running: Running): Promise<boolean> {
  return end(
    running,
    { signal: 'SIGINT', ms: FAST_MS },
    { signal: 'SIGQUIT', ms: AT_ONCE_MS },
    { signal: 'SIGKILL', ms: AT_ONCE_MS },
  )
}

/**
 * Ends what an earlier start left running in this cluster's folder: a PostgreSQL whose parent was
 * killed, or sessions whose PostgreSQL was killed. Removes the pid file.
 */
export async function endOrphan(folder: string, log: (line: string) => void): Promise<void> {
  const orphan = postmasterOf(folder)
  if (orphan) {
    log(`PostgreSQL: stopping the one left running by an earlier start (pid ${orphan.pid}) …`)
    await endPostgres(orphan)
  }
  const sessions = runningIn(folder).filter((one) => isPostgres(one.pid, folder))
  await Promise.all(
    sessions.map((one) =>
      end(one, { signal: 'SIGQUIT', ms: AT_ONCE_MS }, { signal: 'SIGKILL', ms: AT_ONCE_MS }),
    ),
  )
  const left = [postmasterOf(folder), ...sessions].find((one) => one && isRunning(one))
  if (left) throw new StartupError(`A PostgreSQL in ${folder} does not end; end pid ${left.pid}.`)
  rmSync(join(folder, 'postmaster.pid'), { force: true })
}

/** The lines of postmaster.pid; empty when there is none. */
export function pidFileOf(folder: string): string[] {
  try {
    return readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return []
  }
}

/** The PostgreSQL that the pid file names, if it really is of this folder: the system reuses pids. */
function postmasterOf(folder: string): Running | null {
  const pid = Number(pidFileOf(folder)[0])
  const start = pid > 0 ? startedAt(pid) : null
  return start && isPostgres(pid, folder) ? { pid, startedAt: start } : null
}

/** Whether it is a server of this folder, or a session, which changes its command line. */
function isPostgres(pid: number, folder: string): boolean {
  const command = commandOf(pid)
  return command.startsWith('postgres: ') || command.includes(`postgres -D ${folder} `)
}
