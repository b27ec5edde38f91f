import { createRoute } from '@hono/zod-openapi'
import { idParam } from '../../contract/schemas/base.ts'
import { refusalsOfWrite } from '../../contract/schemas/problem.ts'
import { deleteTeam } from '../../db/people/delete-team.ts'
import { findTeam } from '../../db/people/teams.ts'
import { adminOf, createRouter, type Deps } from '../context.ts'
import { dispatchSoon } from './dispatch-soon.ts'
import { must } from './must.ts'
import { changingGrants } from './under-lock.ts'

const remove = createRoute({
  method: 'delete',
  path: '/v1/teams/{id}',
  tags: ['Teams'],
  summary:
    'Delete a team; what waits for it waits for anyone, what is held keeps its holder (admin)',
  description:
    'Its members are in it no longer, AI agents hand off to it no longer, and its conversations lose it.',
  request: { params: idParam },
  responses: { 204: { description: 'It is gone' }, ...refusalsOfWrite('not_found') },
})

/** Deleting a team, at once. On the record it stays as a name. */
export function deleteTeamRoute(deps: Deps) {
  const app = createRouter()

  app.openapi(remove, async (c) => {
    const { workspaceId } = adminOf(c)
    const { id } = c.req.valid('param')
    const commands = await changingGrants(deps, workspaceId, async (tx, wake) => {
      const { teamspaceIds } = await must(findTeam(tx, workspaceId, id))
      wake({ ids: teamspaceIds })
      return deleteTeam(tx, workspaceId, id)
    })
    dispatchSoon(deps, commands)
    return c.body(null, 204)
  })

  return app
}
