import type { MiddlewareHandler } from 'hono'
import type { Env } from './context.ts'

/** For an answer that shows a secret, or is true only now: no cache may keep it. */
export const NOT_STORED = { 'cache-control': 'no-store' }

/** A cache may keep an answer for its reader alone, and must ask again; a route may forbid more. */
export const forItsReader: MiddlewareHandler<Env> = async (c, next) => {
  c.header('cache-control', 'private, no-cache')
  await next()
}
