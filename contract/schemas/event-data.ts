import { z } from '@hono/zod-openapi'
import type { EventType } from '../../db/schema.ts'
import { presences, refusalCodes, requestedKinds, statuses } from '../../domain/words.ts'
import { actor, holder, instant } from './base.ts'
import { assignmentSchema, conversationSchema, messageSchema } from './conversation.ts'

const queued = z.object({
  since: instant,
  teamIds: z.array(z.string()).nullable().openapi({ description: 'Null: anyone may take it' }),
})

const closed = z.object({ by: actor.nullable(), note: z.string().optional() })

const returnedToAi = z
  .object({
    aiAgentId: z.string(),
    from: instant,
    to: instant,
    held: z
      .array(z.object({ assignee: holder.nullable(), from: instant, to: instant }))
      .openapi({ description: 'Who held it when; null while it was queued' }),
    messages: z.int().openapi({ description: 'How many were exchanged in that time' }),
    note: z.string().nullable().openapi({ description: 'The note of the close' }),
  })
  .openapi('HumanStretch')

const refused = z.object({
  commandId: z.string(),
  kind: z.enum(requestedKinds),
  actor: actor.nullable(),
  code: z.enum(refusalCodes),
})

const presenceChanged = z.object({
  userId: z.string(),
  presence: z.enum(presences),
  onlineSince: instant.nullable(),
})

/** What an event of each type carries. */
export const eventData = {
  'conversation.created': conversationSchema.omit({ actions: true }),
  'conversation.assigned': assignmentSchema,
  'conversation.queued': queued,
  'conversation.closed': closed,
  'conversation.returned_to_ai': returnedToAi,
  'conversation.status_changed': z.object({ from: z.enum(statuses), to: z.enum(statuses) }),
  'message.created': messageSchema,
  'command.refused': refused,
  'user.presence_changed': presenceChanged,
} satisfies Record<EventType, z.ZodType>
