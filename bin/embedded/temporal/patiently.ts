import { type ChildProcess, spawn } from 'node:child_process'
import { still } from '../progress.ts'

export interface Patience {
  withinMs: number
  log: (line: string) => void
}

/**
 * Runs a program to its end, telling that it still runs; past `withinMs`, or when we end, it is
 * killed with whatever it started.
 * @throws Error with the last line it said, or that it took too long
 */
export async function patiently(
  command: string,
  args: string[],
  { withinMs, log }: Patience,
): Promise<void> {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  const kill = () => killGroup(child.pid)
  const limit = setTimeout(kill, withinMs)
  process.once('exit', kill)
  try {
    await still('Temporal: still fetching', log, success(child, command, withinMs))
  } finally {
    clearTimeout(limit)
    process.off('exit', kill)
  }
}

function success(child: ChildProcess, command: string, withinMs: number): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4_000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${command}: ${error.message}`)))
    child.once('close', (code, signal) => {
      if (code === 0) resolve()
      else if (signal) reject(new Error(`it took more than ${withinMs / 1000} s`))
      else reject(new Error(lastLine(said) || `${command} failed with exit code ${code}`))
    })
  })
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended by itself in the meantime.
  }
}

function lastLine(said: string): string {
  return said.trimEnd().split('\n').at(-1)?.slice(0, 300) ?? ''
}
