import { createRoute } from '@hono/zod-openapi'
import { idParam } from '../../contract/schemas/base.ts'
import { json, noBody, refusals, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import { shiftChangeSchema } from '../../contract/schemas/shift-change.ts'
import { shiftChangeShape } from '../../contract/shift-change.ts'
import type { Database } from '../../db/client.ts'
import { cancelShiftChange, findShiftChange, progressOf } from '../../db/shift-changes.ts'
import type { UserPrincipal } from '../../domain/principals.ts'
import { createRouter, type Deps, userOf } from '../context.ts'
import { notFound } from '../problem-error.ts'

const tags = ['Shift changes']

const read = createRoute({
  method: 'get',
  path: '/v1/handovers/{id}',
  tags,
  summary: 'How far a shift change has come (its user or an admin)',
  request: { params: idParam },
  responses: { 200: json(shiftChangeSchema, 'The shift change'), ...refusals('not_found') },
})

const cancel = createRoute({
  method: 'post',
  path: '/v1/handovers/{id}/cancel',
  tags,
  summary: 'Cancel a shift change: it passes on nothing more; what is under way or done stays',
  request: { params: idParam, body: noBody },
  responses: {
    200: json(shiftChangeSchema, 'The shift change after this'),
    ...refusalsOfWrite('not_found'),
  },
})

/** Reads and cancels. Cancelling one that has ended changes nothing: its `state` says how it ended. */
export function shiftChangeReadRoutes({ db }: Deps) {
  const router = createRouter()
  router.openapi(read, async (c) => {
    const row = await see(db, userOf(c), c.req.valid('param').id)
    return c.json(shiftChangeShape(row, await progressOf(db, row.id)), 200)
  })
  router.openapi(cancel, async (c) => {
    const user = userOf(c)
    const { id } = await see(db, user, c.req.valid('param').id)
    await cancelShiftChange(db, user.workspaceId, id)
    const row = await see(db, user, id)
    return c.json(shiftChangeShape(row, await progressOf(db, id)), 200)
  })
  return router
}

/** Only the user whose conversations it passes on and admins see it; others get 404. */
async function see(db: Database, user: UserPrincipal, id: string) {
  const row = await findShiftChange(db, user.workspaceId, id)
  if (!row || (row.userId !== user.id && !user.isAdmin)) throw notFound()
  return row
}
