import { createRoute, z } from '@hono/zod-openapi'
import { idParam, pathId } from '../../contract/schemas/base.ts'
import { listOf, pageQuery } from '../../contract/schemas/list.ts'
import { json, noBody, refusals, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import { delivery } from '../../contract/schemas/webhook.ts'
import { deliveryShape } from '../../contract/webhook.ts'
import { listDeliveries, retryDelivery } from '../../db/webhooks/deliveries.ts'
import { findWebhook, lockWebhook } from '../../db/webhooks/webhooks.ts'
import { adminOf, createRouter, type Deps, mustSeeAll } from '../context.ts'
import { page, readPage } from '../paging.ts'
import { must } from '../people/must.ts'
import { ProblemError } from '../problem-error.ts'
import { startSoon } from './start-soon.ts'

const tags = ['Webhooks']
const position = z.int().min(0)

const list = createRoute({
  method: 'get',
  path: '/v1/webhooks/{id}/deliveries',
  tags,
  summary: 'What was delivered or not, latest event first (admin, API key)',
  request: { params: idParam, query: z.object(pageQuery) },
  responses: { 200: json(listOf(delivery), 'A page'), ...refusals('not_found') },
})

const retry = createRoute({
  method: 'post',
  path: '/v1/webhooks/{id}/deliveries/{deliveryId}/retry',
  tags,
  summary: 'Send it again, now, under the same webhook-id, unless inactive (admin)',
  request: {
    params: idParam.extend({ deliveryId: pathId('deliveryId') }),
    body: noBody,
  },
  responses: {
    202: json(delivery, 'It is due'),
    ...refusalsOfWrite('not_found', 'webhook_inactive'),
  },
})

/** The deliveries of a webhook and their results. Only for those who see the whole workspace. */
export function deliveryRoutes(deps: Deps) {
  const { db } = deps
  const app = createRouter()

  app.openapi(list, async (c) => {
    const { workspaceId } = mustSeeAll(c)
    const { id } = c.req.valid('param')
    const scope = ['deliveries', id]
    const { limit, after: before } = readPage(c.req.valid('query'), scope, position)
    const webhook = await must(findWebhook(db, workspaceId, id))
    const rows = await listDeliveries(db, webhook, { before, limit: limit + 1 })
    return c.json(
      page(rows, { limit }, scope, deliveryShape, (row) => row.position),
      200,
    )
  })

  app.openapi(retry, async (c) => {
    const { workspaceId } = adminOf(c)
    const { id, deliveryId } = c.req.valid('param')
    const row = await db.transaction(async (tx) => {
      const webhook = await must(lockWebhook(tx, workspaceId, id))
      const due = await must(retryDelivery(tx, webhook, deliveryId))
      if (webhook.deactivatedAt) throw new ProblemError('webhook_inactive')
      return due
    })
    startSoon(deps, id)
    return c.json(deliveryShape(row), 202)
  })

  return app
}
