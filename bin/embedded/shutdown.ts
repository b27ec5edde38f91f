import { StartupError, tell } from './startup-error.ts'

/** How long to wait for a part that is starting. */
const STARTING_MS = 1_000
/** How long to wait in all: `docker stop` kills after 10 s. */
const ALL_MS = 7_500

/** A part to stop; it may be starting when it is asked to stop. */
export interface Stoppable {
  stop(): Promise<void>
}

/**
 * The parts to stop, last added first. `run` stops one after the other within 7.5 s in all, even when
 * some fail. A part that is starting after 1 s more is left to the end of the process, as are those
 * without time left. A second call returns the same promise.
 */
export function createShutdown(log: (line: string) => void) {
  const parts: { name: string; part: Promise<Stoppable | null> }[] = []
  let running: Promise<void> | null = null

  async function stopAll(): Promise<void> {
    const until = performance.now() + ALL_MS
    for (const { name, part } of parts.toReversed()) {
      log(`Stopping ${name} …`)
      await stopOne(part, until).catch((error) => log(`${name}: ${tell(error)}`))
    }
  }

  return {
    /** `part` resolves once it has started; after a failed start there is nothing to stop. */
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

async function stopOne(part: Promise<Stoppable | null>, until: number): Promise<void> {
  const started = await within(STARTING_MS, part, 'still starting')
  if (started) await within(until - performance.now(), started.stop(), 'not stopped in time')
}

async function within<T>(ms: number, work: Promise<T>, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StartupError(`${otherwise}; going on`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
