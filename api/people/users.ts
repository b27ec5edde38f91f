import { createRoute } from '@hono/zod-openapi'
import type { Transaction } from '../../db/client.ts'
import { findRole } from '../../db/people/roles.ts'
import { createUser, findUser, listUsers } from '../../db/people/users.ts'
import { adminOf, createRouter, type Deps, userOf } from '../context.ts'
import { invalidRequest } from '../problem-error.ts'
import { idParam } from '../schemas/base.ts'
import { newUser, user, userChange } from '../schemas/people-users.ts'
import { body, json, problemResponses } from '../schemas/problem.ts'
import { userShape } from '../shapes/people.ts'
import { changeUserAs } from './change-user.ts'
import { dispatchSoon } from './dispatch-soon.ts'
import { must } from './must.ts'
import { addReads } from './reads.ts'
import { underLock } from './under-lock.ts'

const tag = 'users'

const reads = {
  path: '/v1/users' as const,
  tag,
  one: 'a user',
  schema: user,
  list: listUsers,
  find: findUser,
  shape: userShape,
}

const readMe = createRoute({
  method: 'get',
  path: '/v1/users/me',
  tags: [tag],
  summary: 'Read the user who asks',
  responses: { 200: json(user, 'The user'), ...problemResponses },
})

const create = createRoute({
  method: 'post',
  path: '/v1/users',
  tags: [tag],
  summary: 'Add a user; he is away and in no team (admin)',
  request: { body: body(newUser) },
  responses: { 201: json(user, 'The user'), ...problemResponses },
})

const change = createRoute({
  method: 'patch',
  path: '/v1/users/{id}',
  tags: [tag],
  summary: 'Change a user; deactivating requeues what he holds (admin)',
  request: { params: idParam, body: body(userChange) },
  responses: { 200: json(user, 'The user as he is then'), ...problemResponses },
})

/** Users: the people of a workspace. They are deactivated, never deleted. */
export function userRoutes(deps: Deps) {
  const { db } = deps
  const app = createRouter()

  app.openapi(readMe, async (c) => {
    const { workspaceId, id } = userOf(c)
    return c.json(userShape(await must(findUser(db, workspaceId, id))), 200)
  })

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
    const { row, commands } = await underLock(deps, workspaceId, async (tx) => {
      const before = await must(findUser(tx, workspaceId, c.req.valid('param').id))
      const { roleId } = c.req.valid('json')
      if (roleId !== undefined) await mustBeRole(tx, workspaceId, roleId)
      const commands = await changeUserAs(tx, before, c.req.valid('json'))
      return { commands, row: await must(findUser(tx, workspaceId, before.id)) }
    })
    dispatchSoon(deps, commands)
    return c.json(userShape(row), 200)
  })

  return app
}

async function mustBeRole(tx: Transaction, workspaceId: string, roleId: string): Promise<void> {
  const role = await findRole(tx, workspaceId, roleId)
  if (!role) throw invalidRequest('roleId', 'There is no such role')
}
