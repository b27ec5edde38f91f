import { z } from '@hono/zod-openapi'
import { refusalCodes, requestedKinds, settableStatuses } from '../../domain/words.ts'
import { actor, id, instant, language, messageText, note, text } from './base.ts'
import { assignmentSchema, conversationSchema, messageSchema } from './conversation.ts'

export const commandSchema = z
  .object({
    id: z.string(),
    kind: z.enum(requestedKinds),
    conversationId: z.string(),
    actor,
    outcome: z.enum(['pending', 'accepted', 'queued', 'refused']),
    code: z.enum(refusalCodes).optional(),
    createdAt: instant,
    settledAt: instant.nullable(),
    answer: z
      .object({ status: z.int(), body: z.record(z.string(), z.unknown()) })
      .optional()
      .openapi({ description: 'What was answered; for its actor, once settled' }),
  })
  .openapi('Command')

/** The 200 of every command. */
export const acceptanceSchema = z
  .object({
    command: commandSchema,
    conversation: conversationSchema,
    assignment: assignmentSchema.optional(),
    message: messageSchema.optional(),
    targetAway: z.literal(true).optional(),
  })
  .openapi('Acceptance')

export const pendingSchema = z.object({ command: commandSchema }).openapi('Pending')

/** An epoch as a request names it. */
export const expectedEpoch = z
  .int()
  .min(1)
  .max(2 ** 31 - 1)
  .optional()
  .openapi({
    description: 'The epoch you saw; refused `assignee_changed` when the Assignee changed since',
  })

const reason = text(1000).optional()

/** The body of each command. */
export const commandBodies = {
  handoff: z.strictObject({ reason, language: language.optional() }),
  transfer: z.strictObject({ userId: id, note: note.optional(), expectedEpoch }),
  teamTransfer: z.strictObject({ teamId: id, note: note.optional(), expectedEpoch }),
  takeover: z.strictObject({
    message: z.strictObject({ text: messageText }).optional(),
    expectedEpoch,
  }),
  close: z.strictObject({ note: note.optional(), expectedEpoch }),
  cancelHandoff: z.strictObject({ reason }),
  status: z.strictObject({ status: z.enum(settableStatuses) }),
}
