import type { MiddlewareHandler } from 'hono'
import type { Env } from './context.ts'

/** A request is answered within this time, not counting its body and the wait it asks for: clients give up after 10 s. */
export const ANSWER_WITHIN_MS = 9_000

/** The time by which a request is answered. */
export type Deadline = {
  /** From now on it is answered within `ms`, with this error when nothing else comes. */
  set(ms: number, error?: () => Error): void
  /** Gives the request `ms` from now on, unless it has more already. */
  atLeast(ms: number): void
  /** Throws once the deadline has passed: the client has its answer, so nothing new may begin. */
  mustNotHavePassed(): void
}

/** The deadline passed: the database was silent, or there was too much to do. */
export class TooLate extends Error {
  override name = 'TooLate'
}

/** Answers in time even when something hangs. What was begun goes on, but its result reaches nobody. */
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
  let pass = (_: () => Error) => {}
  const passed = new Promise<never>((_, reject) => {
    pass = (error) => {
      hasPassed = true
      reject(error())
    }
  })
  function set(ms: number, error: () => Error = () => new TooLate()): void {
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
