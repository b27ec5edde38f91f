import type { MiddlewareHandler } from 'hono'
import type { Env } from './context.ts'

/** No request hangs longer, but for its body and the wait it asks for: clients give up after 10 s. */
export const ANSWER_WITHIN_MS = 9_000

/** By when a request is answered. */
export type Deadline = {
  /** From now on it is answered within `ms`, with this error when nothing else comes. */
  set(ms: number, error?: Error): void
  /** It has `ms` from now on, unless it has more. */
  atLeast(ms: number): void
  /** Throws once it has passed: who asked was told so, and what has not begun must not begin. */
  mustNotHavePassed(): void
}

/** The database was silent for so long, or so much was to be done, that nobody waits for it any more. */
export class TooLate extends Error {
  override name = 'TooLate'
}

/** Answers in time whatever hangs; what was begun goes on, and nobody is told what came of it. */
export const answerInTime: MiddlewareHandler<Env> = async (c, next) => {
  const { passed, stop, ...deadline } = startDeadline()
  c.set('deadline', deadline)
  try {
    await Promise.race([next(), passed])
  } finally {
    stop()
  }
}

function startDeadline(): Deadline & { passed: Promise<never>; stop(): void } {
  let timer: NodeJS.Timeout | undefined
  let at = 0
  let hasPassed = false
  let pass = (_: Error) => {}
  const passed = new Promise<never>((_, reject) => {
    pass = (error) => {
      hasPassed = true
      reject(error)
    }
  })
  function set(ms: number, error: Error = new TooLate()): void {
    clearTimeout(timer)
    at = performance.now() + ms
    timer = setTimeout(pass, ms, error)
  }
  function atLeast(ms: number): void {
    if (performance.now() + ms > at) set(ms)
  }
  function mustNotHavePassed(): void {
    if (hasPassed) throw new TooLate()
  }
  set(ANSWER_WITHIN_MS)
  return { passed, set, atLeast, mustNotHavePassed, stop: () => clearTimeout(timer) }
}
