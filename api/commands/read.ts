import { createRoute } from '@hono/zod-openapi'
import { commandShape, commandWithAnswer } from '../../contract/command.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { commandSchema } from '../../contract/schemas/command.ts'
import { json, refusals } from '../../contract/schemas/problem.ts'
import { findCommand } from '../../db/commands/commands.ts'
import { findSight } from '../../db/conversations/sight.ts'
import { requestedKinds } from '../../domain/words.ts'
import { createRouter, type Deps, principalOf } from '../context.ts'
import { notFound } from '../problem-error.ts'
import { withPosition } from './queue-position.ts'

const route = createRoute({
  method: 'get',
  path: '/v1/commands/{id}',
  tags: ['Commands'],
  summary: 'What came of a command; its actor also reads the answer',
  request: { params: idParam },
  responses: { 200: json(commandSchema, 'The command'), ...refusals('not_found') },
})

export function readCommandRoute({ db }: Deps) {
  const router = createRouter()
  router.openapi(route, async (c) => {
    const principal = principalOf(c)
    const row = await findCommand(db, c.req.valid('param').id)
    if (!row || row.workspaceId !== principal.workspaceId) throw notFound()
    if (row.outcome === 'withdrawn' || !isRequested(row.kind)) throw notFound()
    const isTheirs = row.actorType === principal.type && row.actorId === principal.id
    if (isTheirs) return c.json(commandWithAnswer(await withPosition(db, row)) as never, 200)
    const sight = await findSight(db, principal, row.conversationId)
    if (!sight?.visible) throw notFound()
    return c.json(commandShape(row) as never, 200)
  })
  return router
}

function isRequested(kind: string): boolean {
  return (requestedKinds as readonly string[]).includes(kind)
}
