import { createRoute, z } from '@hono/zod-openapi'
import { messageShape } from '../../contract/message.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { messageSchema } from '../../contract/schemas/conversation.ts'
import { listOf, pageQuery } from '../../contract/schemas/list.ts'
import { json, refusals } from '../../contract/schemas/problem.ts'
import { listMessages } from '../../db/conversations/messages.ts'
import { createRouter, type Deps, principalOf } from '../context.ts'
import { see } from '../conversations/see.ts'
import { keys, page, readPage } from '../paging.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/conversations/{id}/messages',
  tags: ['Messages'],
  summary: 'What was said, oldest first',
  request: { params: idParam, query: z.object(pageQuery) },
  responses: { 200: json(listOf(messageSchema), 'A page'), ...refusals('not_found') },
})

export function listMessagesRoute({ db }: Deps) {
  const router = createRouter()
  router.openapi(route, async (c) => {
    const principal = principalOf(c)
    const { id } = c.req.valid('param')
    const scope = ['messages', id]
    const { limit, after = 0 } = readPage(c.req.valid('query'), scope, keys.number)
    const rows = await listMessages(db, principal, id, { after, limit: limit + 1 })
    if (rows.length === 0) await see(db, principal, id)
    return c.json(
      page(rows, { limit }, scope, messageShape, (row) => row.number),
      200,
    )
  })
  return router
}
