import { createRoute } from '@hono/zod-openapi'
import { memberParams } from '../../contract/schemas/people-teams.ts'
import { refusalsOfWrite } from '../../contract/schemas/problem.ts'
import type { Transaction } from '../../db/client.ts'
import { addMember, findTeam, removeMember } from '../../db/people/teams.ts'
import { findUser } from '../../db/people/users.ts'
import { adminOf, createRouter, type Deps } from '../context.ts'
import { must } from './must.ts'
import { changingGrants } from './under-lock.ts'

const tags = ['Teams']
const path = '/v1/teams/{id}/members/{userId}'

const add = createRoute({
  method: 'put',
  path,
  tags,
  summary: 'Make a user a member of a team (admin)',
  request: { params: memberParams },
  responses: { 204: { description: 'They are a member' }, ...refusalsOfWrite('not_found') },
})

const remove = createRoute({
  method: 'delete',
  path,
  tags,
  summary: 'Take a user out of a team (admin)',
  request: { params: memberParams },
  responses: { 204: { description: 'They are not a member' }, ...refusalsOfWrite('not_found') },
})

/** Who is in a team. Repeating either is a quiet success. */
export function memberRoutes(deps: Deps) {
  const app = createRouter()

  app.openapi(add, async (c) => {
    const { workspaceId } = adminOf(c)
    const { id, userId } = c.req.valid('param')
    await changingGrants(deps, workspaceId, async (tx, wake) => {
      await mustExist(tx, workspaceId, id, userId)
      await addMember(tx, workspaceId, id, userId)
      wake({ ofTeam: id })
    })
    return c.body(null, 204)
  })

  app.openapi(remove, async (c) => {
    const { workspaceId } = adminOf(c)
    const { id, userId } = c.req.valid('param')
    await changingGrants(deps, workspaceId, async (tx, wake) => {
      await mustExist(tx, workspaceId, id, userId)
      await removeMember(tx, workspaceId, id, userId)
      // A pool without members is anyone.
      wake({ ofTeam: id })
    })
    return c.body(null, 204)
  })

  return app
}

async function mustExist(tx: Transaction, workspaceId: string, teamId: string, userId: string) {
  await must(findTeam(tx, workspaceId, teamId))
  await must(findUser(tx, workspaceId, userId))
}
