import { createRoute } from '@hono/zod-openapi'
import type { Queryable } from '../../db/client.ts'
import { findAiAgent } from '../../db/people/ai-agents.ts'
import {
  type Bearer,
  deleteToken,
  findToken,
  issueToken,
  listTokens,
} from '../../db/people/tokens.ts'
import { findUser } from '../../db/people/users.ts'
import { adminOf, createRouter, type Deps, readerOf, userOf } from '../context.ts'
import { listOf } from '../paging.ts'
import { idParam } from '../schemas/base.ts'
import { issuedToken, nothing, token } from '../schemas/people-tokens.ts'
import { json, problemResponses } from '../schemas/problem.ts'
import { tokenShape } from '../shapes/people.ts'
import { answerPart, listQuery, readPart } from './list.ts'
import { must } from './must.ts'
import { underLock } from './under-lock.ts'

const tags = ['Tokens']
const absentBody = { content: { 'application/json': { schema: nothing } } }

/** The two kinds that are given tokens one by one. */
const bearers = {
  users: {
    whose: 'a user',
    find: findUser,
    bearer: (userId: string): Bearer => ({ userId }),
  },
  'ai-agents': {
    whose: 'an AI agent',
    find: findAiAgent,
    bearer: (aiAgentId: string): Bearer => ({ aiAgentId }),
  },
} as const

const listFor = (kind: keyof typeof bearers) =>
  createRoute({
    method: 'get',
    path: `/v1/${kind}/{id}/tokens`,
    tags,
    summary: `List the tokens of ${bearers[kind].whose}; what they are worth is not told again`,
    request: { params: idParam, query: listQuery },
    responses: { 200: json(listOf(token), 'The tokens'), ...problemResponses },
  })

const createFor = (kind: keyof typeof bearers) =>
  createRoute({
    method: 'post',
    path: `/v1/${kind}/{id}/tokens`,
    tags,
    summary: `Give ${bearers[kind].whose} a token (admin)`,
    request: { params: idParam, body: absentBody },
    responses: { 201: json(issuedToken, 'The token, shown this once'), ...problemResponses },
  })

const read = createRoute({
  method: 'get',
  path: '/v1/tokens/{id}',
  tags,
  summary: 'Read that a token exists',
  request: { params: idParam },
  responses: { 200: json(token, 'The token'), ...problemResponses },
})

const remove = createRoute({
  method: 'delete',
  path: '/v1/tokens/{id}',
  tags,
  summary: 'Delete a token, in effect at once (an admin, or the user himself his own)',
  request: { params: idParam },
  responses: { 204: { description: 'It is gone' }, ...problemResponses },
})

/** Bearer tokens of users and AI agents. An API key's one comes and goes with the key. */
export function tokenRoutes(deps: Deps) {
  const { db } = deps
  const app = createRouter()

  for (const kind of ['users', 'ai-agents'] as const) {
    const { find, bearer } = bearers[kind]
    const mustExist = (tx: Queryable, workspaceId: string, id: string) =>
      must<{ id: string }>(find(tx, workspaceId, id))

    app.openapi(listFor(kind), async (c) => {
      const { id } = c.req.valid('param')
      const scope = ['tokens', id]
      const part = readPart(c.req.valid('query'), scope)
      const { workspaceId } = readerOf(c)
      await mustExist(db, workspaceId, id)
      const rows = await listTokens(db, workspaceId, bearer(id), part)
      return c.json(answerPart(rows, part, scope, tokenShape), 200)
    })

    app.openapi(createFor(kind), async (c) => {
      const { workspaceId } = adminOf(c)
      const { id } = c.req.valid('param')
      const issued = await underLock(deps, workspaceId, async (tx) => {
        await mustExist(tx, workspaceId, id)
        return issueToken(tx, workspaceId, bearer(id))
      })
      return c.json(issued, 201)
    })
  }

  app.openapi(read, async (c) => {
    const { workspaceId } = readerOf(c)
    const row = await must(findToken(db, workspaceId, c.req.valid('param').id))
    return c.json(tokenShape(row), 200)
  })

  app.openapi(remove, async (c) => {
    const { workspaceId, id: callerId } = userOf(c)
    const row = await must(findToken(db, workspaceId, c.req.valid('param').id))
    if (row.userId !== callerId) adminOf(c)
    await deleteToken(db, row.id)
    return c.body(null, 204)
  })

  return app
}
