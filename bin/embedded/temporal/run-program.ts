import { type ChildProcess, spawn } from 'node:child_process'
import { reportingProgress } from '../progress.ts'

export interface RunOptions {
  withinMs: number
  log: (line: string) => void
}

/**
 * Runs a program to its end, and logs now and then that it runs. After `withinMs`, or when this
 * process ends, it is killed with all that it started.
 * @throws Error with the last line it said, or that it took too long
 */
export async function runProgram(
  command: string,
  args: string[],
  { withinMs, log }: RunOptions,
): Promise<void> {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  const kill = () => killGroup(child.pid)
  const limit = setTimeout(kill, withinMs)
  process.once('exit', kill)
  try {
    await reportingProgress('Temporal: still fetching', log, success(child, command, withinMs))
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
