import { tell } from './startup-error.ts'

const LONGEST_DELAY_MS = 10_000
const FIRST_DELAY_MS = 250
const STEADY_MS = 30_000

/** A program we started; it ends when we stop it, or by itself. */
export interface Embedded {
  pid: number
  ended: Promise<string>
  stop(): Promise<void>
}

/**
 * Starts the program again whenever it ends by itself. When it keeps ending, the pause grows to at
 * most 10 s. `stop` stops it for good.
 */
export function keepRunning(
  name: string,
  first: Embedded,
  start: () => Promise<Embedded>,
  log: (line: string) => void,
): { stop(): Promise<void> } {
  let stopping = false
  let current: Embedded | null = first
  const wake = new AbortController()

  async function watch(): Promise<void> {
    let delayMs = 0
    while (!stopping) {
      const since = Date.now()
      if (current) {
        const { pid } = current
        const how = await current.ended
        current = null
        if (stopping) return
        log(`${name} (pid ${pid}) ended by itself: ${how}. Starting it again …`)
      }
      delayMs = Date.now() - since > STEADY_MS ? 0 : next(delayMs)
      await pause(delayMs, wake.signal)
      if (!stopping) current = await startOrLog(name, start, log)
    }
  }

  const watching = watch()
  return {
    async stop() {
      stopping = true
      wake.abort()
      await current?.stop()
      await watching
      await current?.stop()
    },
  }
}

async function startOrLog(
  name: string,
  start: () => Promise<Embedded>,
  log: (line: string) => void,
): Promise<Embedded | null> {
  try {
    return await start()
  } catch (error) {
    log(`${name} does not start: ${tell(error)}`)
    return null
  }
}

function next(delayMs: number): number {
  return Math.min(Math.max(delayMs * 2, FIRST_DELAY_MS), LONGEST_DELAY_MS)
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
