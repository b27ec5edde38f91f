import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Env } from './context.ts'
import { ANSWER_WITHIN_MS } from './deadline.ts'
import { ProblemError } from './problem-error.ts'

const MAX_BODY_BYTES = 256 * 1024
/** Within the ten seconds that clients wait: the slowest line that serves carries 32 KiB a second. */
const BODY_WITHIN_MS = 8_000

const tooLarge = () => new ProblemError('payload_too_large', { detail: 'At most 256 KiB' })
const tooSlow = () =>
  new ProblemError('request_timeout', {
    detail: `The body did not come within ${BODY_WITHIN_MS / 1000} s. Not carried out`,
  })

const limitBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw tooLarge()
  },
}) as MiddlewareHandler<Env>

/**
 * Has the whole body before anything is done: 413 when it is over 256 KiB, whether it says its
 * length or not, 408 when it does not come. Only then the time begins that is ours.
 */
export const receiveBody: MiddlewareHandler<Env> = async (c, next) => {
  const deadline = c.get('deadline')
  deadline.set(BODY_WITHIN_MS, tooSlow())
  await limitBody(c, async () => {
    if (c.req.method !== 'GET') await c.req.arrayBuffer()
    // What is left of the body of a request that was answered already is thrown away, and reads as none.
    deadline.mustNotHavePassed()
    deadline.set(ANSWER_WITHIN_MS)
    await next()
  })
}
