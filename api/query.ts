import type { z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { invalidRequest } from './problem-error.ts'

/** Which of a query's parameters may be repeated. */
const takesMany = (schema: z.ZodType) => schema.safeParse([]).success

/**
 * 400 for a parameter that the route does not take, naming those that it does, and for one given
 * twice that takes one value.
 */
export function mustTake({ shape }: z.ZodObject): MiddlewareHandler {
  const names = Object.keys(shape)
  const allowed = names.length > 0 ? `there are ${names.join(', ')}` : 'there are none here'
  return async (c, next) => {
    if (!c.req.url.includes('?')) return next()
    for (const [name, values] of Object.entries(c.req.queries())) {
      const schema = Object.hasOwn(shape, name) ? shape[name] : undefined
      if (!schema) throw invalidRequest(name, `There is no such parameter; ${allowed}`)
      if (values.length > 1 && !takesMany(schema)) throw invalidRequest(name, 'takes one value')
    }
    await next()
  }
}
