import { createRoute, z } from '@hono/zod-openapi'
import { assignmentShape } from '../../contract/assignment.ts'
import { commandShape } from '../../contract/command.ts'
import { withNoteFor } from '../../contract/notes.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { commandSchema } from '../../contract/schemas/command.ts'
import { assignmentSchema } from '../../contract/schemas/conversation.ts'
import { listOf, pageQuery } from '../../contract/schemas/list.ts'
import { json, refusals } from '../../contract/schemas/problem.ts'
import { listCommands } from '../../db/commands/commands.ts'
import { type AssignmentRow, listAssignments } from '../../db/conversations/assignments.ts'
import { createRouter, type Deps, principalOf } from '../context.ts'
import { keys, page, readPage } from '../paging.ts'
import { see } from './see.ts'

const request = { params: idParam, query: z.object(pageQuery) }

const assignments = createRoute({
  method: 'get',
  path: '/v1/conversations/{id}/assignments',
  tags: ['Conversations'],
  summary: 'Every change of Assignee, oldest first',
  request,
  responses: { 200: json(listOf(assignmentSchema), 'A page'), ...refusals('not_found') },
})

const commands = createRoute({
  method: 'get',
  path: '/v1/conversations/{id}/commands',
  tags: ['Conversations'],
  summary: 'What was asked of it, refused attempts included, oldest first',
  request,
  responses: { 200: json(listOf(commandSchema), 'A page'), ...refusals('not_found') },
})

/** What is on record of a conversation. */
export function recordRoutes({ db }: Deps) {
  const router = createRouter()
  router.openapi(assignments, async (c) => {
    const principal = principalOf(c)
    const { id } = await see(db, principal, c.req.valid('param').id)
    const scope = ['assignments', id]
    const { limit, after = 0 } = readPage(c.req.valid('query'), scope, keys.number)
    const rows = await listAssignments(db, id, { after, limit: limit + 1 })
    const shape = (row: AssignmentRow) => withNoteFor(principal, assignmentShape(row))
    return c.json(
      page(rows, { limit }, scope, shape, (row) => row.number),
      200,
    )
  })
  router.openapi(commands, async (c) => {
    const { id } = await see(db, principalOf(c), c.req.valid('param').id)
    const scope = ['commands', id]
    const key = z.object({ at: keys.instant, id: keys.id })
    const { limit, after } = readPage(c.req.valid('query'), scope, key)
    const since = after && { createdAt: new Date(after.at), id: after.id }
    const rows = await listCommands(db, id, { after: since, limit: limit + 1 })
    const keyOf = (row: (typeof rows)[number]) => ({ at: row.createdAt.toISOString(), id: row.id })
    return c.json(page(rows, { limit }, scope, commandShape, keyOf) as never, 200)
  })
  return router
}
