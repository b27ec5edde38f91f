import { createRoute } from '@hono/zod-openapi'
import type { Transaction } from '../../db/client.ts'
import { fanOut } from '../../db/webhooks/fan-out.ts'
import {
  activate,
  deactivate,
  findWebhook,
  lockWebhook,
  markDeleted,
  type WebhookRow,
} from '../../db/webhooks/webhooks.ts'
import { adminOf, createRouter, type Deps } from '../context.ts'
import { must } from '../people/must.ts'
import { notFound } from '../problem-error.ts'
import { idParam } from '../schemas/base.ts'
import { body, json, problemResponses } from '../schemas/problem.ts'
import { webhook, webhookChange } from '../schemas/webhook.ts'
import { webhookShape } from '../shapes/webhook.ts'
import { webhookBody } from './body.ts'
import { startSoon } from './start-soon.ts'

const tags = ['Webhooks']

const change = createRoute({
  method: 'patch',
  path: '/v1/webhooks/{id}',
  tags,
  summary: 'Deactivate a webhook, or have it go on from now (admin)',
  request: { params: idParam, body: body(webhookChange) },
  responses: { 200: json(webhook, 'The webhook as it is then'), ...problemResponses },
})

const remove = createRoute({
  method: 'delete',
  path: '/v1/webhooks/{id}',
  tags,
  summary: 'Delete a webhook and its deliveries (admin)',
  request: { params: idParam },
  responses: { 204: { description: 'It is gone' }, ...problemResponses },
})

/** Changing and deleting webhooks. */
export function changeWebhookRoutes(deps: Deps) {
  const { db } = deps
  const app = createRouter()

  app.openapi(change, async (c) => {
    const { workspaceId } = adminOf(c)
    const { active } = c.req.valid('json')
    const changed = await db.transaction(async (tx) => {
      const before = await must(lockWebhook(tx, workspaceId, c.req.valid('param').id))
      if (active === false && !before.deactivatedAt) await deactivateAfterAll(tx, before)
      if (active === true && before.deactivatedAt) await activate(tx, before)
      return must(findWebhook(tx, workspaceId, before.id))
    })
    if (!changed.deactivatedAt) startSoon(deps, changed.id)
    return c.json(webhookShape(changed), 200)
  })

  app.openapi(remove, async (c) => {
    const { workspaceId } = adminOf(c)
    const { id } = c.req.valid('param')
    if (!(await markDeleted(db, workspaceId, id))) throw notFound()
    // Whoever drains it removes what it leaves.
    startSoon(deps, id)
    return c.body(null, 204)
  })

  return app
}

/** What happened until now is still to be delivered once it is active again. */
async function deactivateAfterAll(tx: Transaction, webhook: WebhookRow): Promise<void> {
  let done = { position: webhook.position, more: true }
  while (done.more) done = await fanOut(tx, { ...webhook, position: done.position }, webhookBody)
  await deactivate(tx, webhook)
}
