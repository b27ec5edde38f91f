import { createRoute } from '@hono/zod-openapi'
import { userShape } from '../../contract/people.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { presenceChange, user } from '../../contract/schemas/people-users.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import { renewPresence, setPresence } from '../../db/people/presence.ts'
import { findUser } from '../../db/people/users.ts'
import { adminOf, createRouter, type Deps, userOf } from '../context.ts'
import { invalidRequest } from '../problem-error.ts'
import { must } from './must.ts'
import { underLock } from './under-lock.ts'

const set = createRoute({
  method: 'put',
  path: '/v1/users/{id}/presence',
  tags: ['Users'],
  summary: 'Come online or go away (a user for themselves as `me`, or an admin)',
  request: { params: idParam, body: body(presenceChange) },
  responses: { 200: json(user, 'The user after the change'), ...refusalsOfWrite('not_found') },
})

/** Presence: who may be given a conversation by Chat Assignment. */
export function presenceRoutes(deps: Deps) {
  const app = createRouter()
  const { db } = deps

  app.openapi(set, async (c) => {
    const { workspaceId, id: callerId } = userOf(c)
    const { id: named } = c.req.valid('param')
    const id = named === 'me' ? callerId : named
    if (id !== callerId) adminOf(c)
    const { presence, ttlSeconds } = c.req.valid('json')
    const isRenewal =
      presence === 'online' && (await renewPresence(db, workspaceId, id, ttlSeconds))
    if (isRenewal) return c.json(userShape(await must(findUser(db, workspaceId, id))), 200)
    const row = await underLock(deps, workspaceId, async (tx, wake) => {
      const before = await must(findUser(tx, workspaceId, id))
      if (before.deactivatedAt && presence === 'online') {
        throw invalidRequest('presence', 'A deactivated user cannot be online')
      }
      await setPresence(tx, before, presence, ttlSeconds)
      if (presence === 'online') wake({ servedBy: id })
      return must(findUser(tx, workspaceId, id))
    })
    return c.json(userShape(row), 200)
  })

  return app
}
