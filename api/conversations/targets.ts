import { createRoute } from '@hono/zod-openapi'
import { assigneeOf } from '../../contract/conversation.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { targetsSchema } from '../../contract/schemas/conversation.ts'
import { json, problemResponses } from '../../contract/schemas/problem.ts'
import { listTargetTeams, listTargetUsers } from '../../db/conversations/targets.ts'
import { createRouter, type Deps, userOf } from '../context.ts'
import { ProblemError } from '../problem-error.ts'
import { see } from './see.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/conversations/{id}/targets',
  tags: ['Conversations'],
  summary: 'For the Assignee: whom he may transfer it to',
  request: { params: idParam },
  responses: { 200: json(targetsSchema, 'Permitted users and teams'), ...problemResponses },
})

export function targetsRoute({ db }: Deps) {
  const router = createRouter()
  router.openapi(route, async (c) => {
    const user = userOf(c)
    const sight = await see(db, user, c.req.valid('param').id)
    if (sight.assigneeUserId !== user.id) {
      throw new ProblemError('not_assignee', { assignee: assigneeOf(sight), epoch: sight.epoch })
    }
    const [users, teams] = await Promise.all([
      listTargetUsers(db, sight, user.id),
      listTargetTeams(db, sight),
    ])
    const shown = users.map(({ online, ...target }) => ({
      ...target,
      presence: online ? ('online' as const) : ('away' as const),
    }))
    return c.json({ users: shown, teams }, 200)
  })
  return router
}
