import { z } from '@hono/zod-openapi'
import { instant, name } from './base.ts'

export const token = z.object({ id: z.string(), createdAt: instant }).openapi('Token')

export const issuedToken = z
  .object({ id: z.string(), token: z.string() })
  .openapi('IssuedToken', { description: '`token` is shown this once' })

export const apiKey = z
  .object({ id: z.string(), name: z.string(), createdAt: instant })
  .openapi('ApiKey')

export const newApiKey = z.strictObject({ name }).openapi('NewApiKey')
