import { spawn } from 'node:child_process'

const TELL_EVERY_MS = 10_000

export interface Patience {
  withinMs: number
  log: (line: string) => void
}

/**
 * Runs a program to its end, telling every 10 s that it still runs; past `withinMs` it is killed
 * with whatever it started.
 * @throws Error with the last line it said, or that it took too long
 */
export function patiently(
  command: string,
  args: string[],
  { withinMs, log }: Patience,
): Promise<void> {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4_000)
  })
  const since = Date.now()
  const telling = setInterval(() => {
    log(`Temporal: still fetching (${Math.round((Date.now() - since) / 1000)} s) …`)
  }, TELL_EVERY_MS)
  const kill = () => killGroup(child.pid)
  const limit = setTimeout(kill, withinMs)
  process.once('exit', kill)
  return new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${command}: ${error.message}`)))
    child.once('close', (code, signal) => {
      if (code === 0) resolve()
      else if (signal) reject(new Error(`it took more than ${withinMs / 1000} s`))
      else reject(new Error(lastLine(said) || `${command} failed with exit code ${code}`))
    })
  }).finally(() => {
    clearInterval(telling)
    clearTimeout(limit)
    process.off('exit', kill)
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
