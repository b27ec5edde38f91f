import { createRoute, type z } from '@hono/zod-openapi'
import { roleShape } from '../../contract/people.ts'
import { idParam } from '../../contract/schemas/base.ts'
import {
  BEYOND_VIEW,
  isWithinView,
  newRole,
  role,
  roleChange,
} from '../../contract/schemas/people-roles.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import type { Transaction } from '../../db/client.ts'
import {
  changeRole,
  createRole,
  deleteRole,
  findRole,
  grantsOf,
  isRoleInUse,
  listRoles,
  type NewRole,
  type RoleRow,
} from '../../db/people/roles.ts'
import { adminOf, createRouter, type Deps } from '../context.ts'
import { invalidRequest, ProblemError } from '../problem-error.ts'
import { must } from './must.ts'
import { addReads } from './reads.ts'
import { changingGrants, underLock } from './under-lock.ts'

const tag = 'Roles'

const reads = {
  path: '/v1/roles' as const,
  tag,
  many: 'roles',
  one: 'a role',
  schema: role,
  list: listRoles,
  find: findRole,
  shape: roleShape,
}

const create = createRoute({
  method: 'post',
  path: '/v1/roles',
  tags: [tag],
  summary: 'Make a role (admin)',
  request: { body: body(newRole) },
  responses: { 201: json(role, 'The role'), ...refusalsOfWrite() },
})

const change = createRoute({
  method: 'patch',
  path: '/v1/roles/{id}',
  tags: [tag],
  summary: 'Change a role; grants that are not given stay (admin)',
  request: { params: idParam, body: body(roleChange) },
  responses: { 200: json(role, 'The role after the change'), ...refusalsOfWrite('not_found') },
})

const remove = createRoute({
  method: 'delete',
  path: '/v1/roles/{id}',
  tags: [tag],
  summary: 'Delete a role that nobody has (admin)',
  request: { params: idParam },
  responses: { 204: { description: 'It is gone' }, ...refusalsOfWrite('not_found', 'role_in_use') },
})

/** Roles: what users may see, hold and pass on. The preset `admin` never changes. */
export function roleRoutes(deps: Deps) {
  const app = createRouter()
  addReads(app, deps, reads)

  app.openapi(create, async (c) => {
    const { workspaceId } = adminOf(c)
    const row = await createRole(deps.db, workspaceId, c.req.valid('json'))
    return c.json(roleShape(row), 201)
  })

  app.openapi(change, async (c) => {
    const { workspaceId } = adminOf(c)
    const row = await changingGrants(deps, workspaceId, async (tx, wake) => {
      const before = await changeable(tx, workspaceId, c.req.valid('param').id)
      const { livechats, tickets } = c.req.valid('json')
      if (livechats || tickets) wake({ workspaceId })
      return changeRole(tx, before, merged(before, c.req.valid('json')))
    })
    return c.json(roleShape(row), 200)
  })

  app.openapi(remove, async (c) => {
    const { workspaceId } = adminOf(c)
    await underLock(deps, workspaceId, async (tx) => {
      const role = await changeable(tx, workspaceId, c.req.valid('param').id)
      await deleteUnused(tx, role)
    })
    return c.body(null, 204)
  })

  return app
}

async function deleteUnused(tx: Transaction, role: RoleRow): Promise<void> {
  if (await isRoleInUse(tx, role)) throw new ProblemError('role_in_use')
  await deleteRole(tx, role)
}

async function changeable(tx: Transaction, workspaceId: string, id: string): Promise<RoleRow> {
  const row = await must(findRole(tx, workspaceId, id))
  const detail = 'Role admin never changes'
  if (row.isAdmin) throw new ProblemError('permission_denied', { detail })
  return row
}

/** The role with what is given changed; 400 when `manage` would then reach beyond `view`. */
function merged(before: RoleRow, given: z.infer<typeof roleChange>): NewRole {
  const { livechats, tickets } = grantsOf(before)
  const after = {
    name: given.name ?? before.name,
    livechats: { ...livechats, ...given.livechats },
    tickets: { ...tickets, ...given.tickets },
  }
  for (const kind of ['livechats', 'tickets'] as const) {
    if (!isWithinView(after[kind])) throw invalidRequest(`${kind}.manage`, BEYOND_VIEW)
  }
  return after
}
