import { createRoute } from '@hono/zod-openapi'
import { idParam } from '../../contract/schemas/base.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import { webhook, webhookChange } from '../../contract/schemas/webhook.ts'
import { webhookShape } from '../../contract/webhook.ts'
import { webhookBody } from '../../contract/webhook-body.ts'
import type { Database } from '../../db/client.ts'
import { fanOut } from '../../db/webhooks/fan-out.ts'
import {
  activate,
  deactivate,
  findWebhook,
  lockWebhook,
  markDeleted,
} from '../../db/webhooks/webhooks.ts'
import { adminOf, createRouter, type Deps } from '../context.ts'
import { must } from '../people/must.ts'
import { notFound } from '../problem-error.ts'
import { startSoon } from './start-soon.ts'

const tags = ['Webhooks']

const change = createRoute({
  method: 'patch',
  path: '/v1/webhooks/{id}',
  tags,
  summary: 'Deactivate a webhook, or activate it again from now on (admin)',
  request: { params: idParam, body: body(webhookChange) },
  responses: {
    200: json(webhook, 'The webhook after the change'),
    ...refusalsOfWrite('not_found'),
  },
})

const remove = createRoute({
  method: 'delete',
  path: '/v1/webhooks/{id}',
  tags,
  summary: 'Delete a webhook and its deliveries (admin)',
  request: { params: idParam },
  responses: { 204: { description: 'It is gone' }, ...refusalsOfWrite('not_found') },
})

/** Changing and deleting webhooks. */
export function changeWebhookRoutes(deps: Deps) {
  const { db } = deps
  const app = createRouter()

  app.openapi(change, async (c) => {
    const { workspaceId } = adminOf(c)
    const { active } = c.req.valid('json')
    const { id } = c.req.valid('param')
    if (active === true) await reactivate(db, workspaceId, id)
    if (active === false) await deactivateAfterAll(db, workspaceId, id)
    const changed = await must(findWebhook(db, workspaceId, id))
    if (!changed.deactivatedAt) startSoon(deps, changed.id)
    return c.json(webhookShape(changed), 200)
  })

  app.openapi(remove, async (c) => {
    const { workspaceId } = adminOf(c)
    const { id } = c.req.valid('param')
    if (!(await markDeleted(db, workspaceId, id))) throw notFound()
    // The activity that drains it also removes its deliveries.
    startSoon(deps, id)
    return c.body(null, 204)
  })

  return app
}

function reactivate(db: Database, workspaceId: string, id: string): Promise<void> {
  return db.transaction(async (tx) => {
    const webhook = await must(lockWebhook(tx, workspaceId, id))
    if (webhook.deactivatedAt) await activate(tx, webhook)
  })
}

/**
 * Turns what happened until now into deliveries, which go on once the webhook is active again. Works
 * in batches, so that no transaction makes a running delivery wait for long.
 */
async function deactivateAfterAll(db: Database, workspaceId: string, id: string): Promise<void> {
  const nextBatch = () =>
    db.transaction(async (tx) => {
      const webhook = await must(lockWebhook(tx, workspaceId, id))
      if (webhook.deactivatedAt) return false
      const { more } = await fanOut(tx, webhook, webhookBody)
      if (!more) await deactivate(tx, webhook)
      return more
    })
  while (await nextBatch());
}
