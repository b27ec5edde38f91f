import { z } from '@hono/zod-openapi'
import { assignmentMethods } from '../../domain/words.ts'
import { id, instant, name } from './base.ts'

const MAX_CAP = 1_000

const settings = {
  method: z.enum(assignmentMethods),
  maxChatsPerAgent: z.int().min(1).max(MAX_CAP),
}

export const teamspace = z
  .object({
    id: z.string(),
    name: z.string(),
    assignment: z.object(settings),
    defaultAiAgentId: z.string().nullable(),
    createdAt: instant,
  })
  .openapi('Teamspace')

export const newTeamspace = z.strictObject({ name }).openapi('NewTeamspace')

export const teamspaceChange = z
  .strictObject({ name, assignment: z.strictObject(settings).partial(), defaultAiAgentId: id })
  .partial()
  .openapi('TeamspaceChange')
