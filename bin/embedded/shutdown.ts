import { Trouble, tell } from './startup-error.ts'

const STARTING_MS = 3_000
const STEP_MS = 20_000

/** One thing to stop; it may still be starting when it is asked to. */
export interface Stoppable {
  stop(): Promise<void>
}

/**
 * What to stop, last added first. `run` stops one after the other, each within 20 s, whatever
 * fails; what is still starting after 3 s is left to the end of the process. Asked again it gives
 * the same promise.
 */
export function createShutdown(log: (line: string) => void) {
  const parts: { name: string; part: Promise<Stoppable | null> }[] = []
  let running: Promise<void> | null = null

  async function stopAll(): Promise<void> {
    for (const { name, part } of parts.toReversed()) {
      log(`Stopping ${name} …`)
      await stopOne(part).catch((error) => log(`${name}: ${tell(error)}`))
    }
  }

  return {
    /** `part` is what comes of starting it; a failed start has nothing to stop. */
    add<T extends Stoppable>(name: string, part: Promise<T>): Promise<T> {
      parts.push({ name, part: part.catch(() => null) })
      return part
    },
    run(): Promise<void> {
      running ??= stopAll()
      return running
    },
    get isRunning(): boolean {
      return running !== null
    },
  }
}

async function stopOne(part: Promise<Stoppable | null>): Promise<void> {
  const started = await within(STARTING_MS, part, 'still starting')
  if (started) await within(STEP_MS, started.stop(), `not stopped after ${STEP_MS / 1000} s`)
}

async function within<T>(ms: number, work: Promise<T>, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Trouble(`${otherwise}; going on`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
