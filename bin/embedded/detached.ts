import { type SpawnOptions, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { type Running, startedAt } from './pids.ts'
import { StartupError } from './startup-error.ts'

const LOG_LIMIT_BYTES = 10_000_000

export interface Detached extends Running {
  /** Resolves with how it ended ("exit code 1", "SIGKILL"). */
  ended: Promise<string>
}

const remaining = new Set<() => void>()

/** Kills every program that was started here and runs; call it when the process exits. */
export function killRemaining(): void {
  for (const kill of remaining) kill()
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches only this process, which
 * then stops the program in order. Its output goes to `logFile`: a pipe would break when we die. `killSignal`
 * is the signal that ends it without delay.
 */
export async function spawnDetached(
  command: string,
  args: string[],
  logFile: string,
  { killSignal = 'SIGKILL', ...options }: SpawnOptions & { killSignal?: NodeJS.Signals } = {},
): Promise<Detached> {
  const log = openLog(logFile)
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    child.once('error', (error) => resolve(error.message))
  })
  const kill = () => void child.kill(killSignal)
  remaining.add(kill)
  void ended.then(() => remaining.delete(kill))
  if (child.pid === undefined) throw new StartupError(`${command} does not start: ${await ended}`)
  return { pid: child.pid, startedAt: startedAt(child.pid) ?? '', ended }
}

/** The last lines of a log, to show why a program ended. */
export function tailOf(logFile: string, lines = 12): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
}

function openLog(logFile: string): number {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0
  if (size > LOG_LIMIT_BYTES) renameSync(logFile, `${logFile}.1`)
  return openSync(logFile, 'a', 0o600)
}
