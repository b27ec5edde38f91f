import { createRoute, type z } from '@hono/zod-openapi'
import { idParam } from '../../contract/schemas/base.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import { newShiftChange, shiftChangeSchema } from '../../contract/schemas/shift-change.ts'
import { shiftChangeShape, targetOf } from '../../contract/shift-change.ts'
import type { Transaction } from '../../db/client.ts'
import { setPresence } from '../../db/people/presence.ts'
import { findTeam } from '../../db/people/teams.ts'
import { findUser } from '../../db/people/users.ts'
import { findWorkspace } from '../../db/people/workspaces.ts'
import {
  beginShiftChange,
  findRunningShiftChange,
  type NewShiftChange,
  progressOf,
  type ShiftChangeRow,
} from '../../db/shift-changes.ts'
import { grantsFor } from '../../domain/permission.ts'
import { whyNotOn } from '../../domain/plans.ts'
import type { UserPrincipal } from '../../domain/principals.ts'
import { conversationKinds } from '../../domain/words.ts'
import { adminOf, createRouter, type Deps, userOf } from '../context.ts'
import { must } from '../people/must.ts'
import { underLock } from '../people/under-lock.ts'
import { ProblemError } from '../problem-error.ts'

const route = createRoute({
  method: 'post',
  path: '/v1/users/{id}/handover',
  tags: ['Shift changes'],
  summary: 'Begin a shift change: pass on everything a user holds (the user as `me`, or an admin)',
  request: { params: idParam, body: body(newShiftChange) },
  responses: {
    201: json(shiftChangeSchema, 'It has begun'),
    ...refusalsOfWrite(
      'not_found',
      'plan_required',
      'self_transfer',
      'target_not_permitted',
      'handover_running',
    ),
  },
})

type Asked = z.infer<typeof newShiftChange>

/**
 * Begins a shift change: sets the user away and passes on everything they hold. While one runs, the
 * same request is answered with it, and another one with 409 `handover_running`.
 */
export function beginShiftChangeRoute(deps: Deps) {
  const router = createRouter()
  router.openapi(route, async (c) => {
    const actor = userOf(c)
    const { id: named } = c.req.valid('param')
    const userId = named === 'me' ? actor.id : named
    if (userId !== actor.id) adminOf(c)
    const asked = c.req.valid('json')
    const row = await underLock(deps, actor.workspaceId, (tx) => begin(tx, actor, userId, asked))
    startSoon(deps, row)
    const shape = shiftChangeShape(row, await progressOf(deps.db, row.id))
    return c.json(shape, 201, { location: `/v1/handovers/${row.id}` })
  })
  return router
}

async function begin(
  tx: Transaction,
  actor: UserPrincipal,
  userId: string,
  { to, note, kinds = [...conversationKinds], stayOnline }: Asked,
): Promise<ShiftChangeRow> {
  const { workspaceId } = actor
  const user = await must(findUser(tx, workspaceId, userId))
  const sorted = conversationKinds.filter((kind) => kinds.includes(kind))
  const wanted = { workspaceId, userId, to, kinds: sorted, note, actorId: actor.id }
  await mustBeAllowed(tx, actor, wanted)
  const running = await findRunningShiftChange(tx, userId)
  const row = running ? sameOrRefused(running, wanted) : await beginShiftChange(tx, wanted)
  if (!stayOnline) await setPresence(tx, user, 'away')
  return row
}

/** In the order of precedence of the contract: plan, grant, target. */
async function mustBeAllowed(tx: Transaction, actor: UserPrincipal, wanted: NewShiftChange) {
  const { plan } = await must(findWorkspace(tx, actor.workspaceId))
  const refusal = whyNotOn(plan, 'transfer')
  if (refusal) throw new ProblemError('plan_required', refusal)
  if (!wanted.kinds.some((kind) => grantsFor(actor, kind).transfer)) {
    throw new ProblemError('permission_denied', { detail: 'Your role does not transfer these' })
  }
  await mustBeTarget(tx, wanted)
}

/** What depends on a single conversation, such as its teamspace, refuses that conversation alone, later. */
async function mustBeTarget(tx: Transaction, { workspaceId, userId, to }: NewShiftChange) {
  const refuse = (reason: string) => new ProblemError('target_not_permitted', { reason })
  if ('teamId' in to) {
    if (!(await findTeam(tx, workspaceId, to.teamId))) throw refuse('unknown')
    return
  }
  if (to.userId === userId) throw new ProblemError('self_transfer')
  const target = await findUser(tx, workspaceId, to.userId)
  if (!target) throw refuse('unknown')
  if (target.deactivatedAt) throw refuse('inactive')
}

function sameOrRefused(
  running: ShiftChangeRow,
  { to, kinds, note }: NewShiftChange,
): ShiftChangeRow {
  const asked = JSON.stringify([to, kinds, note ?? null])
  if (JSON.stringify([targetOf(running), running.kinds, running.note]) === asked) return running
  throw new ProblemError('handover_running', { handoverId: running.id })
}

/** Not awaited: if this fails, the sweeper starts the workflow within seconds. */
function startSoon({ engine, log }: Deps, { id, state }: ShiftChangeRow): void {
  if (state !== 'running') return
  engine
    .startShiftChange(id)
    .catch(() => log.warn({ handoverId: id }, 'handover not started; the sweeper will'))
}
