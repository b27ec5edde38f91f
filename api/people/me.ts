import { createRoute } from '@hono/zod-openapi'
import { userShape } from '../../contract/people.ts'
import { user } from '../../contract/schemas/people-users.ts'
import { json, refusals } from '../../contract/schemas/problem.ts'
import { findUser } from '../../db/people/users.ts'
import { createRouter, type Deps, userOf } from '../context.ts'
import { must } from './must.ts'

const readMe = createRoute({
  method: 'get',
  path: '/v1/users/me',
  tags: ['Users'],
  summary: 'Read the user who asks',
  responses: { 200: json(user, 'The user'), ...refusals() },
})

/** The caller as a user. Registered before `/v1/users/{id}`, which would take `me` for an id. */
export function readMeRoute({ db }: Deps) {
  const app = createRouter()

  app.openapi(readMe, async (c) => {
    const { workspaceId, id } = userOf(c)
    return c.json(userShape(await must(findUser(db, workspaceId, id))), 200)
  })

  return app
}
