import { createRoute, type z } from '@hono/zod-openapi'
import { userShape } from '../../contract/people.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { newUser, user, userChange } from '../../contract/schemas/people-users.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import type { Transaction } from '../../db/client.ts'
import { findRole } from '../../db/people/roles.ts'
import { createUser, findUser, listUsers, type UserRow } from '../../db/people/users.ts'
import { adminOf, createRouter, type Deps } from '../context.ts'
import { invalidRequest } from '../problem-error.ts'
import { changeUserAs } from './change-user.ts'
import { dispatchSoon } from './dispatch-soon.ts'
import { must } from './must.ts'
import { addReads } from './reads.ts'
import { changingGrants, underLock } from './under-lock.ts'

const tag = 'Users'

const reads = {
  path: '/v1/users' as const,
  tag,
  many: 'users',
  one: 'a user',
  schema: user,
  list: listUsers,
  find: findUser,
  shape: userShape,
}

const create = createRoute({
  method: 'post',
  path: '/v1/users',
  tags: [tag],
  summary: 'Add a user; they begin away and in no team (admin)',
  request: { body: body(newUser) },
  responses: { 201: json(user, 'The user'), ...refusalsOfWrite() },
})

const change = createRoute({
  method: 'patch',
  path: '/v1/users/{id}',
  tags: [tag],
  summary: 'Change a user; deactivating them requeues what they hold (admin)',
  request: { params: idParam, body: body(userChange) },
  responses: {
    200: json(user, 'The user after the change'),
    ...refusalsOfWrite('not_found', 'last_admin'),
  },
})

/** Users: the people of a workspace. They are deactivated, never deleted. */
export function userRoutes(deps: Deps) {
  const app = createRouter()
  addReads(app, deps, reads)

  app.openapi(create, async (c) => {
    const { workspaceId } = adminOf(c)
    const row = await underLock(deps, workspaceId, async (tx) => {
      await mustBeRole(tx, workspaceId, c.req.valid('json').roleId)
      return createUser(tx, workspaceId, c.req.valid('json'))
    })
    return c.json(userShape(row), 201)
  })

  app.openapi(change, async (c) => {
    const { workspaceId } = adminOf(c)
    const { row, commands } = await changingGrants(deps, workspaceId, async (tx, wake) => {
      const before = await must(findUser(tx, workspaceId, c.req.valid('param').id))
      const { roleId, active } = c.req.valid('json')
      if (roleId !== undefined || active !== undefined) wake({ servedBy: before.id })
      return changeGiven(tx, before, c.req.valid('json'))
    })
    dispatchSoon(deps, commands)
    return c.json(userShape(row), 200)
  })

  return app
}

async function changeGiven(tx: Transaction, before: UserRow, change: z.infer<typeof userChange>) {
  const { id, workspaceId } = before
  if (change.roleId !== undefined) await mustBeRole(tx, workspaceId, change.roleId)
  const commands = await changeUserAs(tx, before, change)
  return { commands, row: await must(findUser(tx, workspaceId, id)) }
}

async function mustBeRole(tx: Transaction, workspaceId: string, roleId: string): Promise<void> {
  const role = await findRole(tx, workspaceId, roleId)
  if (!role) throw invalidRequest('roleId', 'There is no such role')
}
