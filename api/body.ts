import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Env } from './context.ts'
import { ANSWER_WITHIN_MS } from './deadline.ts'
import { ProblemError } from './problem-error.ts'

const MAX_BODY_BYTES = 256 * 1024
/** Shorter than the ten seconds that clients wait. At 32 KiB a second, 256 KiB arrive in this time. */
const BODY_WITHIN_MS = 8_000

const tooLarge = () => new ProblemError('payload_too_large', { detail: 'At most 256 KiB' })
const tooSlow = () =>
  new ProblemError('request_timeout', {
    detail: `The body did not come within ${BODY_WITHIN_MS / 1000} s. This request was not carried out`,
  })

const limitBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw tooLarge()
  },
}) as MiddlewareHandler<Env>

/**
 * Receives the whole body before anything else is done: 413 when it is over 256 KiB, with or
 * without a length header, 408 when it does not arrive. The time to answer begins after that. Of a
 * GET no body is read.
 */
export const receiveBody: MiddlewareHandler<Env> = async (c, next) => {
  if (c.req.method === 'GET') return next()
  const deadline = c.get('deadline')
  deadline.set(BODY_WITHIN_MS, tooSlow)
  await limitBody(c, async () => {
    await c.req.arrayBuffer()
    // After a 408 the rest of the body is discarded and reads as empty, so nothing may begin with it.
    deadline.mustNotHavePassed()
    deadline.set(ANSWER_WITHIN_MS)
    await next()
  })
}
