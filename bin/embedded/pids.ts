import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { until } from './until.ts'

/** A running program: its pid, and when it started, because the system reuses pids. */
export interface Running {
  pid: number
  startedAt: string
}

const onLinux = process.platform === 'linux'

/** When the program with this pid started (to compare, not to read); null when it has ended. */
export function startedAt(pid: number): string | null {
  try {
    if (!onLinux) return ps(pid, 'lstart=') || null
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended; its parent has only not collected it yet.
    return state === 'Z' || state === 'X' ? null : (rest[18] ?? null)
  } catch {
    return null
  }
}

export function isRunning({ pid, startedAt: start }: Running): boolean {
  return startedAt(pid) === start
}

/** The command line of a program, words joined by blanks; empty when it has ended. */
export function commandOf(pid: number): string {
  try {
    if (!onLinux) return ps(pid, 'command=')
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

/** The programs with this working folder; always none on systems other than Linux. */
export function runningIn(folder: string): Running[] {
  if (!onLinux) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && worksIn(name, folder))
    .map((name) => ({ pid: Number(name), startedAt: startedAt(Number(name)) }))
    .filter((found): found is Running => found.startedAt !== null)
}

/** Ends a program: sends one signal after the other and waits `ms` after each; false when it still runs. */
export async function end(
  running: Running,
  ...steps: { signal: NodeJS.Signals; ms: number }[]
): Promise<boolean> {
  for (const { signal, ms } of steps) {
    if (!isRunning(running)) return true
    send(running.pid, signal)
    if (await until(() => !isRunning(running), ms)) return true
  }
  return !isRunning(running)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function worksIn(pid: string, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder
  } catch {
    return false
  }
}

function ps(pid: number, column: string): string {
  return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim()
}
