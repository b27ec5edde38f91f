import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { tokenShape } from '../../contract/people.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { listOf } from '../../contract/schemas/list.ts'
import { issuedToken, token } from '../../contract/schemas/people-tokens.ts'
import { json, noBody, refusals, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import type { Queryable } from '../../db/client.ts'
import { type Bearer, issueToken, listTokens } from '../../db/people/tokens.ts'
import { NOT_STORED } from '../caching.ts'
import { adminOf, type Deps, type Env, readerOf } from '../context.ts'
import { answerPart, listQuery, readPart } from './list.ts'
import { must } from './must.ts'
import { underLock } from './under-lock.ts'

/** Those who may have any number of tokens. */
type Bearers = {
  path: '/v1/users' | '/v1/ai-agents'
  one: string
  find(db: Queryable, workspaceId: string, id: string): Promise<object | null>
  bearer(id: string): Bearer
}

/** Adds two routes: one lists the tokens of a bearer, one gives them another. */
export function addTokensOf(app: OpenAPIHono<Env>, deps: Deps, whose: Bearers): void {
  const { db } = deps

  app.openapi(listRoute(whose), async (c) => {
    const { id } = c.req.valid('param')
    const list = ['tokens', id]
    const part = readPart(c.req.valid('query'), list)
    const { workspaceId } = readerOf(c)
    await must(whose.find(db, workspaceId, id))
    const rows = await listTokens(db, workspaceId, whose.bearer(id), part)
    return c.json(answerPart(rows, part, list, tokenShape), 200)
  })

  app.openapi(createTokenRoute(whose), async (c) => {
    const { workspaceId } = adminOf(c)
    const { id } = c.req.valid('param')
    const issued = await underLock(deps, workspaceId, async (tx) => {
      await must(whose.find(tx, workspaceId, id))
      return issueToken(tx, workspaceId, whose.bearer(id))
    })
    return c.json(issued, 201, NOT_STORED)
  })
}

function listRoute({ path, one }: Bearers) {
  return createRoute({
    method: 'get',
    path: `${path}/{id}/tokens`,
    tags: ['Tokens'],
    summary: `List the tokens of ${one}; the tokens themselves are not shown again`,
    request: { params: idParam, query: listQuery },
    responses: { 200: json(listOf(token), 'The tokens'), ...refusals('not_found') },
  })
}

function createTokenRoute({ path, one }: Bearers) {
  return createRoute({
    method: 'post',
    path: `${path}/{id}/tokens`,
    tags: ['Tokens'],
    summary: `Give ${one} a token (admin)`,
    request: { params: idParam, body: noBody },
    responses: {
      201: json(issuedToken, 'The token, shown this once'),
      ...refusalsOfWrite('not_found'),
    },
  })
}
