import { z } from '@hono/zod-openapi'
import { plans } from '../../domain/words.ts'
import { email, instant, name } from './base.ts'
import { teamspace } from './people-teamspaces.ts'
import { user } from './people-users.ts'

const plan = z.enum(plans)

export const workspace = z
  .object({ id: z.string(), name: z.string(), plan, createdAt: instant })
  .openapi('Workspace')

export const newWorkspace = z
  .strictObject({
    name,
    plan: plan.default('free'),
    admin: z.strictObject({ name, email }),
  })
  .openapi('NewWorkspace')

export const workspaceChange = z.strictObject({ plan: plan.optional() }).openapi('WorkspaceChange')

export const madeWorkspace = z
  .object({ workspace, teamspace, admin: user, token: z.string() })
  .openapi('MadeWorkspace', { description: "`token` is the admin's, shown this once" })
