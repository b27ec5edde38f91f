import { createRoute } from '@hono/zod-openapi'
import { tokenShape } from '../../contract/people.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { token } from '../../contract/schemas/people-tokens.ts'
import { json, refusals, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import { findAiAgent } from '../../db/people/ai-agents.ts'
import { deleteToken, findToken } from '../../db/people/tokens.ts'
import { findUser } from '../../db/people/users.ts'
import { adminOf, createRouter, type Deps, readerOf, userOf } from '../context.ts'
import { addTokensOf } from './issued-tokens.ts'
import { must } from './must.ts'
import { changingGrants } from './under-lock.ts'

const users = {
  path: '/v1/users' as const,
  one: 'a user',
  find: findUser,
  bearer: (userId: string) => ({ userId }),
}

const aiAgents = {
  path: '/v1/ai-agents' as const,
  one: 'an AI agent',
  find: findAiAgent,
  bearer: (aiAgentId: string) => ({ aiAgentId }),
}

const read = createRoute({
  method: 'get',
  path: '/v1/tokens/{id}',
  tags: ['Tokens'],
  summary: 'Check that there is such a token',
  request: { params: idParam },
  responses: { 200: json(token, 'The token'), ...refusals('not_found') },
})

const remove = createRoute({
  method: 'delete',
  path: '/v1/tokens/{id}',
  tags: ['Tokens'],
  summary: 'Delete a token, in effect at once (an admin, or a user their own)',
  request: { params: idParam },
  responses: { 204: { description: 'It is gone' }, ...refusalsOfWrite('not_found') },
})

/** Bearer tokens of users and AI agents. The token of an API key is made and deleted with the key. */
export function tokenRoutes(deps: Deps) {
  const { db } = deps
  const app = createRouter()
  addTokensOf(app, deps, users)
  addTokensOf(app, deps, aiAgents)

  app.openapi(read, async (c) => {
    const { workspaceId } = readerOf(c)
    const row = await must(findToken(db, workspaceId, c.req.valid('param').id))
    return c.json(tokenShape(row), 200)
  })

  app.openapi(remove, async (c) => {
    const { workspaceId, id: callerId } = userOf(c)
    const row = await must(findToken(db, workspaceId, c.req.valid('param').id))
    if (row.userId !== callerId) adminOf(c)
    await changingGrants(deps, workspaceId, (tx) => deleteToken(tx, workspaceId, row.id))
    return c.body(null, 204)
  })

  return app
}
