import { createRoute, z } from '@hono/zod-openapi'
import { conversationShape } from '../../contract/conversation.ts'
import { id, text } from '../../contract/schemas/base.ts'
import { conversationSchema } from '../../contract/schemas/conversation.ts'
import { listOf, pageQuery } from '../../contract/schemas/list.ts'
import { json, refusals } from '../../contract/schemas/problem.ts'
import { anyOf } from '../../contract/schemas/query.ts'
import { type Filters, keyOf, listConversations } from '../../db/conversations/list.ts'
import { positionsOf } from '../../db/queue/position.ts'
import type { Principal } from '../../domain/principals.ts'
import { conversationKinds, statuses } from '../../domain/words.ts'
import { createRouter, type Deps, principalOf } from '../context.ts'
import { keys, page, readPage } from '../paging.ts'
import { invalidRequest } from '../problem-error.ts'

const query = z.object({
  ...pageQuery,
  kind: z.enum(conversationKinds).optional(),
  status: anyOf(statuses).optional(),
  assigneeId: id.optional().openapi({ description: 'A user or AI agent, or `me`' }),
  queued: z.literal('true').optional(),
  teamId: id.optional(),
  teamspaceId: id.optional(),
  player: text(500).optional().openapi({ description: "The player's externalId" }),
})

const key = z.object({ at: keys.instant, arrival: z.int().nullable(), id: keys.id })

const route = createRoute({
  method: 'get',
  path: '/v1/conversations',
  tags: ['Conversations'],
  summary: 'What you may see, newest activity first; queued=true: in queue order',
  request: { query },
  responses: { 200: json(listOf(conversationSchema), 'A page'), ...refusals() },
})

export function listConversationsRoute({ db }: Deps) {
  const router = createRouter()
  router.openapi(route, async (c) => {
    const principal = principalOf(c)
    const asked = c.req.valid('query')
    const filters = filtersOf(principal, asked)
    const scope = ['conversations', filters]
    const { limit, after } = readPage(asked, scope, key)
    const rows = await listConversations(db, principal, filters, { limit: limit + 1, after })
    const positions = await positionsOf(db, rows)
    const present = (row: (typeof rows)[number]) =>
      conversationShape(row, principal, positions.get(row.id) ?? null)
    return c.json(page(rows, { limit }, scope, present, keyOf) as never, 200)
  })
  return router
}

function filtersOf(principal: Principal, asked: z.infer<typeof query>): Filters {
  const { limit, cursor, queued, assigneeId, ...filters } = asked
  if (assigneeId === 'me' && principal.type === 'api_key') {
    throw invalidRequest('assigneeId', 'An API key is never an Assignee')
  }
  return {
    ...filters,
    assigneeId: assigneeId === 'me' ? principal.id : assigneeId,
    queued: queued === 'true',
  }
}
