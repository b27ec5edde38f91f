import { createRoute } from '@hono/zod-openapi'
import { assigneeOf } from '../../contract/conversation.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { targetsSchema } from '../../contract/schemas/conversation.ts'
import { json, refusals } from '../../contract/schemas/problem.ts'
import type { Database } from '../../db/client.ts'
import type { Sight } from '../../db/conversations/sight.ts'
import { listTargetTeams, listTargetUsers } from '../../db/conversations/targets.ts'
import { actionsOf } from '../../domain/permission.ts'
import type { UserPrincipal } from '../../domain/principals.ts'
import { createRouter, type Deps, userOf } from '../context.ts'
import { ProblemError } from '../problem-error.ts'
import { see } from './see.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/conversations/{id}/targets',
  tags: ['Conversations'],
  summary: 'For the Assignee: whom they may transfer it to',
  request: { params: idParam },
  responses: {
    200: json(targetsSchema, 'What a transfer would be accepted for; nobody where none would be'),
    ...refusals('not_found', 'not_assignee'),
  },
})

export function targetsRoute({ db }: Deps) {
  const router = createRouter()
  router.openapi(route, async (c) => {
    const user = userOf(c)
    const sight = await see(db, user, c.req.valid('param').id)
    if (sight.assigneeUserId !== user.id) {
      throw new ProblemError('not_assignee', { assignee: assigneeOf(sight), epoch: sight.epoch })
    }
    return c.json(await targetsOf(db, sight, user), 200)
  })
  return router
}

/** Nobody where the plan, the grant or the status forbids every transfer. */
async function targetsOf(db: Database, sight: Sight, user: UserPrincipal) {
  if (!actionsOf(sight, user).includes('transfer')) return { users: [], teams: [] }
  const [users, teams] = await Promise.all([
    listTargetUsers(db, sight, user.id),
    listTargetTeams(db, sight, user.id),
  ])
  const shown = users.map(({ online, ...target }) => ({
    ...target,
    presence: online ? ('online' as const) : ('away' as const),
  }))
  return { users: shown, teams }
}
