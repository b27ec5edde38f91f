import { createRoute } from '@hono/zod-openapi'
import { conversationShape } from '../../contract/conversation.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { conversationSchema } from '../../contract/schemas/conversation.ts'
import { json, refusals } from '../../contract/schemas/problem.ts'
import { findPlacedSight } from '../../db/conversations/sight.ts'
import { createRouter, type Deps, principalOf } from '../context.ts'
import { jsonWithEtag } from '../etag.ts'
import { notFound } from '../problem-error.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/conversations/{id}',
  tags: ['Conversations'],
  summary: 'Who holds it now, and what you may do',
  request: { params: idParam },
  responses: {
    200: json(conversationSchema, 'With a strong ETag of the body'),
    304: { description: 'It is as If-None-Match says' },
    ...refusals('not_found'),
  },
})

export function readConversationRoute({ db }: Deps) {
  const router = createRouter()
  router.openapi(route, async (c) => {
    const principal = principalOf(c)
    const sight = await findPlacedSight(db, principal, c.req.valid('param').id)
    if (!sight?.visible) throw notFound()
    return jsonWithEtag(c, conversationShape(sight, principal, sight.position)) as never
  })
  return router
}
