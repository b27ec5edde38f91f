import { z } from '@hono/zod-openapi'
import { causes, conversationKinds, requestedKinds, statuses } from '../../domain/words.ts'
import { actor, holder, instant } from './base.ts'

export const conversationSchema = z
  .object({
    id: z.string(),
    kind: z.enum(conversationKinds),
    status: z.enum(statuses),
    teamspaceId: z.string(),
    subject: z.string().optional(),
    language: z.string().optional(),
    player: z.object({
      externalId: z.string(),
      name: z.string().optional(),
      email: z.string().optional(),
    }),
    assignee: holder.extend({ name: z.string() }).nullable().openapi({
      description: 'Who holds it now; null only while it waits in the queue',
    }),
    teamId: z.string().nullable(),
    originAiAgentId: z.string().nullable(),
    epoch: z.int().openapi({ description: 'The number of the latest assignment' }),
    version: z
      .int()
      .openapi({ description: 'Grows with every settled change, but not with messages' }),
    queue: z.object({ since: instant, position: z.int() }).nullable(),
    actions: z.array(z.enum(requestedKinds)).openapi({
      description: 'What you may do now',
    }),
    createdAt: instant,
    updatedAt: instant,
    lastMessageAt: instant.nullable(),
    closedAt: instant.nullable(),
    closingNote: z.string().nullable().openapi({
      description: 'Of the latest close; null when that had none',
    }),
  })
  .openapi('Conversation')

export const assignmentSchema = z
  .object({
    number: z.int(),
    at: instant,
    cause: z.enum(causes),
    actor: actor.nullable(),
    from: holder.nullable(),
    to: holder.nullable(),
    teamId: z.string().nullable(),
    note: z.string().optional(),
    commandId: z.string().nullable(),
    decision: z
      .object({
        method: z.string(),
        picked: z.string().nullable(),
        candidates: z.array(z.object({ userId: z.string(), load: z.int() })),
        excluded: z.array(
          z.object({
            userId: z.string(),
            reason: z.enum(['away', 'at_capacity', 'not_permitted', 'transferor']),
          }),
        ),
        moreCandidates: z.int().optional(),
        moreExcluded: z.int().optional(),
        fallback: z.literal('anyone').optional(),
        behind: z.string().optional(),
      })
      .optional()
      .openapi({ description: 'Why Chat Assignment picked this agent, or nobody' }),
  })
  .openapi('Assignment')

export const messageSchema = z
  .object({
    id: z.string(),
    conversationId: z.string(),
    author: z.object({ type: z.enum(['player', 'user', 'ai_agent']), id: z.string() }),
    text: z.string(),
    epoch: z.int(),
    sentAt: instant,
  })
  .openapi('Message')

export const targetsSchema = z
  .object({
    users: z.array(
      z.object({
        userId: z.string(),
        name: z.string(),
        presence: z.enum(['online', 'away']),
        load: z.int(),
      }),
    ),
    teams: z.array(z.object({ teamId: z.string(), name: z.string(), online: z.int() })),
  })
  .openapi('Targets')
