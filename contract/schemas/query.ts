import { z } from '@hono/zod-openapi'

/** A number in a query: digits only, so `1e2` and `0x10` are refused. */
export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max))

/** Some of these words: separated by commas, or as a repeated parameter. */
export const anyOf = <const Words extends readonly string[]>(words: Words) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [...new Set([given].flat().flatMap((one) => one.split(',')))])
    .pipe(z.array(z.enum(words)))
    .openapi({
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string', enum: [...words] } }],
      description: 'Separated by commas, or repeated',
    })
