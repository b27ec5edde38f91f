import { z } from '@hono/zod-openapi'
import { presences } from '../../domain/words.ts'
import { id, instant, name, pathId } from './base.ts'

const MAX_TEAMSPACES = 200

const teamspaceIds = z.array(id).max(MAX_TEAMSPACES)

export const team = z
  .object({
    id: z.string(),
    name: z.string(),
    teamspaceIds: z.array(z.string()),
    memberIds: z.array(z.string()),
    createdAt: instant,
  })
  .openapi('Team')

export const teamWithMembers = team
  .extend({
    members: z.array(
      z.object({ userId: z.string(), name: z.string(), presence: z.enum(presences) }),
    ),
  })
  .openapi('TeamWithMembers')

export const newTeam = z.strictObject({ name, teamspaceIds }).openapi('NewTeam')

export const teamChange = z.strictObject({ name, teamspaceIds }).partial().openapi('TeamChange')

export const memberParams = z.object({ id: pathId('id'), userId: pathId('userId') })
