import { z } from '@hono/zod-openapi'
import { eventTypes } from '../../db/schema.ts'
import { listOf, pageQuery } from '../paging.ts'
import { id, instant } from './base.ts'

export const eventSchema = z
  .object({
    id: z.string().openapi({ description: 'Its position in the workspace' }),
    type: z.enum(eventTypes),
    at: instant,
    conversationId: z.string().nullable(),
    data: z.unknown(),
  })
  .openapi('Event')

const types = z
  .string()
  .transform((list) => [...new Set(list.split(','))])
  .pipe(z.array(z.enum(eventTypes)))
  .openapi({ type: 'string', description: 'Comma-separated' })

export const eventQuery = z.object({
  ...pageQuery,
  after: z.string().optional().openapi({ description: 'The id of an event: what follows it' }),
  conversationId: id.optional(),
  types: types.optional(),
})

export const eventHeaders = z.object({
  'last-event-id': z.string().optional().openapi({ description: 'Goes before `after`' }),
})

/** One and the same, live or listed. */
export const eventsResponse = {
  description: 'In order, each with its position as `id` and its type as `event`',
  content: {
    'text/event-stream': { schema: z.string() },
    'application/json': { schema: listOf(eventSchema) },
  },
}
