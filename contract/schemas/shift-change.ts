import { z } from '@hono/zod-openapi'
import { conversationKinds, shiftChangeStates } from '../../domain/words.ts'
import { id, instant, note } from './base.ts'

const kinds = z.array(z.enum(conversationKinds))
const target = z.union([z.strictObject({ userId: id }), z.strictObject({ teamId: id })])

export const newShiftChange = z
  .strictObject({
    to: target,
    kinds: kinds.min(1).optional().openapi({ description: 'Both when absent' }),
    note: note.optional().openapi({ description: 'The note of each transfer' }),
    stayOnline: z.boolean().optional().openapi({
      description:
        'When absent or false, the user is set away first, so that nothing new comes to them',
    }),
  })
  .openapi('NewShiftChange')

export const shiftChangeSchema = z
  .object({
    id: z.string(),
    userId: z.string().openapi({ description: 'Whose conversations are passed on' }),
    to: target,
    kinds,
    note: z.string().optional(),
    startedBy: z.string().openapi({ description: 'The actor on record of each transfer' }),
    state: z.enum(shiftChangeStates),
    total: z.int().openapi({
      description:
        'How many they held when it began, without closed ones; to a team, also without resolved ones',
    }),
    done: z.int().openapi({ description: 'Passed on, to a user or into the queue' }),
    refused: z.array(z.object({ conversationId: z.string(), code: z.string() })),
    createdAt: instant,
    endedAt: instant.nullable(),
  })
  .openapi('ShiftChange')
