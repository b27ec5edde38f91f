import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runningIn } from '../../bin/embedded/pids.ts'
import { startPostgres } from '../../bin/embedded/postgres.ts'
import { startTemporal } from '../../bin/embedded/temporal/server.ts'

const CACHE_DIR = resolve('node_modules/.cache/baton')

/** One part of the service: killed, frozen and started again, it keeps its port and its data. */
export type Part = {
  /** Returns at once for our own programs, which need no engine to be there. */
  start(): Promise<void>
  /** Kills it with SIGKILL; returns when it has ended. */
  kill(): Promise<void>
  freeze(): void
  thaw(): void
  pid(): number
}

/** One of our programs, as built. */
export type Program = Part & {
  /** SIGTERM; returns the exit code. */
  stop(): Promise<number | null>
}

type Pids = () => number[]

function signalling(pids: Pids): Pick<Part, 'freeze' | 'thaw'> {
  const toAll = (signal: NodeJS.Signals) => {
    for (const pid of pids()) process.kill(pid, signal)
  }
  return { freeze: () => toAll('SIGSTOP'), thaw: () => toAll('SIGCONT') }
}

export function program(entry: string, env: Record<string, string>, logFile: string): Program {
  let child: ChildProcess | null = null
  const pid = () => child?.pid ?? 0
  async function ending(signal: NodeJS.Signals): Promise<number | null> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return null
    const ended = once(child, 'exit')
    child.kill(signal)
    const [code] = await ended
    return code
  }
  return {
    pid,
    async start() {
      const log = openSync(logFile, 'a')
      child = spawn(process.execPath, [entry], { env, stdio: ['ignore', log, log] })
      closeSync(log)
    },
    kill: async () => void (await ending('SIGKILL')),
    stop: () => ending('SIGTERM'),
    ...signalling(() => [pid()]),
  }
}

type Embedded = { pid: number; ended: Promise<string> }

function engine(begin: () => Promise<Embedded>, pidsOf: (pid: number) => number[]): Part {
  let running: Embedded | null = null
  const pid = () => running?.pid ?? 0
  return {
    pid,
    async start() {
      running = await begin()
    },
    async kill() {
      if (!running) return
      for (const one of pidsOf(running.pid)) kill(one)
      await running.ended
      running = null
    },
    ...signalling(() => (running ? pidsOf(running.pid) : [])),
  }
}

export function postgresPart(dataDir: string, port: number): Part {
  const begin = () => startPostgres({ dataDir, port, log: () => {} })
  const sessions = () => runningIn(join(dataDir, 'postgres')).map((one) => one.pid)
  return engine(begin, (pid) => [...new Set([pid, ...sessions()])])
}

export function temporalPart(dataDir: string, port: number): Part {
  const options = { dataDir, cacheDir: CACHE_DIR, port, uiPort: null, namespace: 'default' }
  return engine(
    () => startTemporal({ ...options, log: () => {} }),
    (pid) => [pid],
  )
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has just ended by itself.
  }
}
