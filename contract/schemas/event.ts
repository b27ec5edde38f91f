import { z } from '@hono/zod-openapi'
import { type EventType, eventTypes } from '../../db/schema.ts'
import { id, instant } from './base.ts'
import { eventData } from './event-data.ts'
import { listOf, pageQuery } from './list.ts'
import { anyOf } from './query.ts'

function eventOf<Type extends EventType>(type: Type) {
  return z.object({
    id: z.string().openapi({ description: 'Its position in the workspace' }),
    type: z.literal(type),
    at: instant,
    conversationId: type === 'user.presence_changed' ? z.null() : z.string(),
    data: eventData[type],
  })
}

const eventSchema = z
  .discriminatedUnion('type', [
    eventOf('conversation.created'),
    eventOf('conversation.assigned'),
    eventOf('conversation.queued'),
    eventOf('conversation.closed'),
    eventOf('conversation.returned_to_ai'),
    eventOf('conversation.status_changed'),
    eventOf('message.created'),
    eventOf('command.refused'),
    eventOf('user.presence_changed'),
  ])
  .openapi('Event')

export const eventQuery = z.object({
  ...pageQuery,
  after: z.string().optional().openapi({ description: 'The id of an event: what follows it' }),
  conversationId: id.optional(),
  types: anyOf(eventTypes).optional(),
})

export const eventHeaders = z.object({
  'last-event-id': z.string().optional().openapi({ description: 'Counts before `after`' }),
})

/** The same events, live or as a list. */
export const eventsResponse = {
  description: 'In order, each with its position as `id` and its type as `event`',
  content: {
    'text/event-stream': { schema: z.string() },
    'application/json': { schema: listOf(eventSchema) },
  },
}
