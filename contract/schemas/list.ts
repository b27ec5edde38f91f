import { z } from '@hono/zod-openapi'
import { integer } from './query.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

/** The query every list takes. */
export const pageQuery = {
  limit: integer(1, MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .openapi({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT }),
  cursor: z.string().min(1).max(1000).optional(),
}

/** The schema of a list's answer. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
