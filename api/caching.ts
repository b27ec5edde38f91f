import type { MiddlewareHandler } from 'hono'
import type { Env } from './context.ts'

/** Of an answer that shows a secret, or holds at this moment alone: nobody keeps it. */
export const NOT_STORED = { 'cache-control': 'no-store' }

/** Whoever keeps an answer keeps it for its reader alone, and asks again; unless a route says more. */
export const forItsReader: MiddlewareHandler<Env> = async (c, next) => {
  c.header('cache-control', 'private, no-cache')
  await next()
}
