import { z } from '@hono/zod-openapi'
import { grantScopes } from '../../domain/words.ts'
import { instant, name } from './base.ts'

const scope = z.enum(grantScopes)
const grantFields = { view: scope, manage: scope, transfer: z.boolean() }
const someGrants = z.strictObject(grantFields).partial()

/** The message when `manage` reaches beyond `view`. */
export const BEYOND_VIEW = 'may not reach beyond view'

/** Whether `manage` reaches no further than `view`. Source: "Permission" of the domain. */
export function isWithinView({ view, manage }: z.infer<typeof someGrants>): boolean {
  if (view === undefined || manage === undefined) return true
  return grantScopes.indexOf(manage) <= grantScopes.indexOf(view)
}

const newGrants = z
  .strictObject(grantFields)
  .refine(isWithinView, { path: ['manage'], error: BEYOND_VIEW })

const grants = z.object(grantFields).openapi('Grants')

export const role = z
  .object({
    id: z.string(),
    name: z.string(),
    livechats: grants,
    tickets: grants,
    preset: z.boolean().openapi({ description: 'The role `admin`, which never changes' }),
    createdAt: instant,
  })
  .openapi('Role')

export const newRole = z
  .strictObject({ name, livechats: newGrants, tickets: newGrants })
  .openapi('NewRole')

export const roleChange = z
  .strictObject({ name, livechats: someGrants, tickets: someGrants })
  .partial()
  .openapi('RoleChange')
