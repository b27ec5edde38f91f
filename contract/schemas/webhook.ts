import { z } from '@hono/zod-openapi'
import { deliveryStates, eventTypes } from '../../db/schema.ts'
import { instant } from './base.ts'

const MAX_URL_LENGTH = 2_048

/** No blanks or control characters: the URL parser would drop them silently. */
const ADDRESS = /^https?:\/\/[^\s\p{Cc}]+$/iu

const url = z
  .string()
  .max(MAX_URL_LENGTH)
  .refine(isAddress, 'must be an http:// or https:// address')
  .refine(namesNobody, 'must carry no user name or password')

function isAddress(value: string): boolean {
  return ADDRESS.test(value) && value.isWellFormed() && URL.canParse(value)
}

function namesNobody(value: string): boolean {
  if (!URL.canParse(value)) return true
  const { username, password } = new URL(value)
  return username === '' && password === ''
}

const type = z.enum(eventTypes)

export const newWebhook = z
  .strictObject({
    url,
    types: z.array(type).min(1).optional().openapi({ description: 'All events when absent' }),
  })
  .openapi('NewWebhook')

export const webhookChange = z
  .strictObject({ active: z.boolean().optional() })
  .openapi('WebhookChange', {
    description:
      'What happens while it is inactive is never delivered. What was pending before goes on once it is active again.',
  })

export const madeWebhook = z
  .object({ id: z.string(), secret: z.string() })
  .openapi('MadeWebhook', { description: '`secret` is shown this once' })

export const webhook = z
  .object({
    id: z.string(),
    url: z.string(),
    types: z.array(type).nullable(),
    active: z.boolean(),
    failingSince: instant.nullable().openapi({
      description: 'When every attempt had failed for three days; null again after a success',
    }),
    createdAt: instant,
  })
  .openapi('Webhook')

export const delivery = z
  .object({
    id: z.string().openapi({ description: 'The `webhook-id` of every attempt' }),
    eventId: z.string(),
    type,
    conversationId: z.string().nullable(),
    state: z.enum(deliveryStates),
    attempts: z.int(),
    createdAt: instant,
    firstAttemptAt: instant.nullable(),
    nextAttemptAt: instant.nullable().openapi({
      description:
        'Null while it waits behind an earlier delivery of its conversation, and when it has ended',
    }),
    deliveredAt: instant.nullable(),
    answer: z
      .object({
        status: z.int().nullable(),
        error: z.string().nullable(),
        body: z.string().nullable(),
      })
      .nullable()
      .openapi({
        description: 'The last answer; `body` is cut at 1 KiB, `error` says why there is no answer',
      }),
  })
  .openapi('Delivery')
