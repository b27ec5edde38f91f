import { z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { invalidRequest } from './problem-error.ts'

/** A number in a query: digits alone, so neither `1e2` nor `0x10`. */
export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max))

/** Some of these words: separated by commas, or the parameter repeated. */
export const anyOf = <const Words extends readonly string[]>(words: Words) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [...new Set([given].flat().flatMap((one) => one.split(',')))])
    .pipe(z.array(z.enum(words)))
    .openapi({
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string', enum: [...words] } }],
      description: 'Separated by commas, or repeated',
    })

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
    for (const [name, values] of Object.entries(c.req.queries())) {
      const schema = Object.hasOwn(shape, name) ? shape[name] : undefined
      if (!schema) throw invalidRequest(name, `There is no such parameter; ${allowed}`)
      if (values.length > 1 && !takesMany(schema)) throw invalidRequest(name, 'takes one value')
    }
    await next()
  }
}
