import { z } from '@hono/zod-openapi'
import { presences } from '../../domain/words.ts'
import { email, id, instant, name } from './base.ts'

const MIN_TTL_S = 30
const MAX_TTL_S = 86_400

const presence = z.enum(presences)

export const user = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    roleId: z.string(),
    active: z.boolean(),
    presence,
    onlineSince: instant.nullable(),
    presenceExpiresAt: instant.nullable(),
    teamIds: z.array(z.string()),
    createdAt: instant,
  })
  .openapi('User')

export const newUser = z.strictObject({ name, email, roleId: id }).openapi('NewUser')

export const userChange = z
  .strictObject({ name, roleId: id, active: z.boolean() })
  .partial()
  .openapi('UserChange')

export const presenceChange = z
  .strictObject({
    presence,
    ttlSeconds: z
      .int()
      .min(MIN_TTL_S)
      .max(MAX_TTL_S)
      .optional()
      .openapi({ description: 'Online for this many seconds, unless renewed' }),
  })
  .refine(({ presence, ttlSeconds }) => presence === 'online' || ttlSeconds === undefined, {
    path: ['ttlSeconds'],
    error: 'only goes with online',
  })
  .openapi('PresenceChange')
