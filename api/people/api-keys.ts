import { createRoute } from '@hono/zod-openapi'
import { apiKeyShape } from '../../contract/people.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { apiKey, issuedToken, newApiKey } from '../../contract/schemas/people-tokens.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import type { Transaction } from '../../db/client.ts'
import { createApiKey, findApiKey, listApiKeys, revokeApiKey } from '../../db/people/api-keys.ts'
import { NOT_STORED } from '../caching.ts'
import { adminOf, createRouter, type Deps } from '../context.ts'
import { notFound } from '../problem-error.ts'
import { addReads } from './reads.ts'
import { changingGrants } from './under-lock.ts'

const tag = 'API keys'

const reads = {
  path: '/v1/api-keys' as const,
  tag,
  many: 'API keys',
  one: 'an API key',
  schema: apiKey,
  list: listApiKeys,
  find: findApiKey,
  shape: apiKeyShape,
}

const create = createRoute({
  method: 'post',
  path: '/v1/api-keys',
  tags: [tag],
  summary: 'Make an API key for a channel or integration (admin)',
  request: { body: body(newApiKey) },
  responses: { 201: json(issuedToken, 'Its token, shown this once'), ...refusalsOfWrite() },
})

const remove = createRoute({
  method: 'delete',
  path: '/v1/api-keys/{id}',
  tags: [tag],
  summary: 'Revoke an API key, in effect at once (admin)',
  request: { params: idParam },
  responses: { 204: { description: 'It is revoked' }, ...refusalsOfWrite('not_found') },
})

/** API keys: the channels and integrations of a workspace. */
export function apiKeyRoutes(deps: Deps) {
  const { db } = deps
  const app = createRouter()
  addReads(app, deps, reads)

  app.openapi(create, async (c) => {
    const { workspaceId } = adminOf(c)
    const { name } = c.req.valid('json')
    const made = await db.transaction((tx) => createApiKey(tx, workspaceId, name))
    return c.json(made, 201, NOT_STORED)
  })

  app.openapi(remove, async (c) => {
    const { workspaceId } = adminOf(c)
    const { id } = c.req.valid('param')
    const revoke = (tx: Transaction) => revokeApiKey(tx, workspaceId, id)
    if (!(await changingGrants(deps, workspaceId, revoke))) throw notFound()
    return c.body(null, 204)
  })

  return app
}
