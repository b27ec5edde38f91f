import { z } from '@hono/zod-openapi'
import { notificationKinds } from '../../db/schema.ts'
import { instant } from './base.ts'
import { listOf } from './list.ts'

export const notificationSchema = z
  .object({
    id: z.string(),
    kind: z.enum(notificationKinds),
    conversationId: z
      .string()
      .nullable()
      .openapi({ description: 'Null only when it is about a webhook' }),
    webhookId: z.string().optional(),
    at: instant,
    readAt: instant.nullable(),
    note: z.string().optional().openapi({ description: 'Internal, of a transfer or handoff' }),
  })
  .openapi('Notification')

export const notificationsSchema = listOf(notificationSchema).extend({
  unreadCount: z.int().openapi({ description: 'All that you have not read, whatever the page' }),
})

export const readSchema = z.object({ read: z.int() })
