import { createRoute, type z } from '@hono/zod-openapi'
import { namesPrivateAddress } from '../../activities/webhooks/address.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import { madeWebhook, newWebhook, webhook } from '../../contract/schemas/webhook.ts'
import { webhookShape } from '../../contract/webhook.ts'
import { lockWorkspace } from '../../db/chat-assignment/lock.ts'
import type { Transaction } from '../../db/client.ts'
import {
  countWebhooks,
  createWebhook,
  findWebhook,
  listWebhooks,
  type WebhookRow,
} from '../../db/webhooks/webhooks.ts'
import { NOT_STORED } from '../caching.ts'
import { adminOf, createRouter, type Deps } from '../context.ts'
import { addReads } from '../people/reads.ts'
import { invalidRequest } from '../problem-error.ts'
import { startSoon } from './start-soon.ts'

/** Each webhook occupies an activity slot of a worker while it has something to do. */
const MAX_PER_WORKSPACE = 100

const tag = 'Webhooks'

const reads = {
  path: '/v1/webhooks' as const,
  tag,
  many: 'webhooks',
  one: 'a webhook',
  schema: webhook,
  list: listWebhooks,
  find: findWebhook,
  shape: webhookShape,
}

const create = createRoute({
  method: 'post',
  path: '/v1/webhooks',
  tags: [tag],
  summary: 'Have events delivered to an address, from now on (admin)',
  request: { body: body(newWebhook) },
  responses: { 201: json(madeWebhook, 'Its secret, shown this once'), ...refusalsOfWrite() },
})

/** Making webhooks, and reading them. */
export function createWebhookRoutes(deps: Deps) {
  const app = createRouter()
  addReads(app, deps, reads)

  app.openapi(create, async (c) => {
    const { workspaceId } = adminOf(c)
    const given = c.req.valid('json')
    if (!deps.allowPrivateWebhooks && namesPrivateAddress(new URL(given.url))) {
      throw invalidRequest('url', 'must not be a private or loopback address')
    }
    const made = await deps.db.transaction((tx) => createGiven(tx, workspaceId, given))
    startSoon(deps, made.id)
    return c.json({ id: made.id, secret: made.secret }, 201, NOT_STORED)
  })

  return app
}

async function createGiven(
  tx: Transaction,
  workspaceId: string,
  { url, types }: z.infer<typeof newWebhook>,
): Promise<WebhookRow> {
  // Without the lock two at once could both take the last place.
  await lockWorkspace(tx, workspaceId)
  if ((await countWebhooks(tx, workspaceId)) >= MAX_PER_WORKSPACE) {
    throw invalidRequest('url', `A workspace has at most ${MAX_PER_WORKSPACE} webhooks`)
  }
  return createWebhook(tx, workspaceId, { url, types: types ? [...new Set(types)] : null })
}
