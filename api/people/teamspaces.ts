import { createRoute, type z } from '@hono/zod-openapi'
import { teamspaceShape } from '../../contract/people.ts'
import { idParam } from '../../contract/schemas/base.ts'
import {
  newTeamspace,
  teamspace,
  teamspaceChange,
} from '../../contract/schemas/people-teamspaces.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import type { Transaction } from '../../db/client.ts'
import { findAiAgent } from '../../db/people/ai-agents.ts'
import {
  changeTeamspace,
  createTeamspace,
  findTeamspace,
  listTeamspaces,
  type TeamspaceRow,
} from '../../db/people/teamspaces.ts'
import { findWorkspace } from '../../db/people/workspaces.ts'
import { whyNotOn } from '../../domain/plans.ts'
import type { AssignmentMethod } from '../../domain/words.ts'
import { adminOf, createRouter, type Deps } from '../context.ts'
import { invalidRequest, ProblemError } from '../problem-error.ts'
import { must } from './must.ts'
import { addReads } from './reads.ts'
import { underLock } from './under-lock.ts'

const tag = 'Teamspaces'

const reads = {
  path: '/v1/teamspaces' as const,
  tag,
  many: 'teamspaces',
  one: 'a teamspace',
  schema: teamspace,
  list: listTeamspaces,
  find: findTeamspace,
  shape: teamspaceShape,
}

const create = createRoute({
  method: 'post',
  path: '/v1/teamspaces',
  tags: [tag],
  summary: 'Make a teamspace (admin)',
  request: { body: body(newTeamspace) },
  responses: { 201: json(teamspace, 'The teamspace'), ...refusalsOfWrite() },
})

const change = createRoute({
  method: 'patch',
  path: '/v1/teamspaces/{id}',
  tags: [tag],
  summary: 'Change a teamspace and its Chat Assignment settings (admin)',
  request: { params: idParam, body: body(teamspaceChange) },
  responses: {
    200: json(teamspace, 'The teamspace after the change'),
    ...refusalsOfWrite('not_found', 'plan_required'),
  },
})

/** Teamspaces: bundles of AI agents and teams with one set of Chat Assignment settings. */
export function teamspaceRoutes(deps: Deps) {
  const { db } = deps
  const app = createRouter()
  addReads(app, deps, reads)

  app.openapi(create, async (c) => {
    const { workspaceId } = adminOf(c)
    const row = await createTeamspace(db, workspaceId, c.req.valid('json').name)
    return c.json(teamspaceShape(row), 201)
  })

  app.openapi(change, async (c) => {
    const { workspaceId } = adminOf(c)
    const row = await underLock(deps, workspaceId, async (tx, wake) => {
      const before = await must(findTeamspace(tx, workspaceId, c.req.valid('param').id))
      if (c.req.valid('json').assignment) wake({ ids: [before.id] })
      await mustBeSettable(tx, before, c.req.valid('json'))
      return changeTeamspace(tx, before, c.req.valid('json'))
    })
    return c.json(teamspaceShape(row), 200)
  })

  return app
}

async function mustBeSettable(
  tx: Transaction,
  { id, workspaceId }: TeamspaceRow,
  { defaultAiAgentId, assignment }: z.infer<typeof teamspaceChange>,
): Promise<void> {
  if (defaultAiAgentId !== undefined) {
    const agent = await findAiAgent(tx, workspaceId, defaultAiAgentId)
    if (agent?.teamspaceId !== id) {
      throw invalidRequest('defaultAiAgentId', 'There is no such AI agent in this teamspace')
    }
  }
  if (assignment?.method) await mustHavePlanFor(tx, workspaceId, assignment.method)
}

async function mustHavePlanFor(tx: Transaction, workspaceId: string, method: AssignmentMethod) {
  const { plan } = await must(findWorkspace(tx, workspaceId))
  const refusal = whyNotOn(plan, method)
  if (!refusal) return
  const detail = `Method ${method} needs plan ${refusal.requiredPlan}`
  throw new ProblemError('plan_required', { detail, ...refusal })
}
