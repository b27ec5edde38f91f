import { createRoute, type z } from '@hono/zod-openapi'
import { aiAgentShape } from '../../contract/people.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { aiAgent, aiAgentChange, newAiAgent } from '../../contract/schemas/people-ai-agents.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import type { Transaction } from '../../db/client.ts'
import {
  type AiAgentRow,
  changeAiAgent,
  createAiAgent,
  findAiAgent,
  listAiAgents,
} from '../../db/people/ai-agents.ts'
import { findTeamspace } from '../../db/people/teamspaces.ts'
import { adminOf, createRouter, type Deps } from '../context.ts'
import { invalidRequest } from '../problem-error.ts'
import { mergedHandoff, mustKnowTargets } from './handoff-targets.ts'
import { must } from './must.ts'
import { addReads } from './reads.ts'
import { underLock } from './under-lock.ts'

const tag = 'AI agents'

const reads = {
  path: '/v1/ai-agents' as const,
  tag,
  many: 'AI agents',
  one: 'an AI agent',
  schema: aiAgent,
  list: listAiAgents,
  find: findAiAgent,
  shape: aiAgentShape,
}

const create = createRoute({
  method: 'post',
  path: '/v1/ai-agents',
  tags: [tag],
  summary: 'Make an AI agent; the first of a teamspace is its default one (admin)',
  request: { body: body(newAiAgent) },
  responses: { 201: json(aiAgent, 'The AI agent'), ...refusalsOfWrite() },
})

const change = createRoute({
  method: 'patch',
  path: '/v1/ai-agents/{id}',
  tags: [tag],
  summary: 'Change an AI agent and its Human Handoff settings (admin)',
  request: { params: idParam, body: body(aiAgentChange) },
  responses: {
    200: json(aiAgent, 'The AI agent after the change'),
    ...refusalsOfWrite('not_found'),
  },
})

/** AI agents: the bots that begin every chat. */
export function aiAgentRoutes(deps: Deps) {
  const app = createRouter()
  addReads(app, deps, reads)

  app.openapi(create, async (c) => {
    const { workspaceId } = adminOf(c)
    const row = await underLock(deps, workspaceId, (tx) =>
      createGiven(tx, workspaceId, c.req.valid('json')),
    )
    return c.json(aiAgentShape(row), 201)
  })

  app.openapi(change, async (c) => {
    const { workspaceId } = adminOf(c)
    const row = await underLock(deps, workspaceId, async (tx) => {
      const before = await must(findAiAgent(tx, workspaceId, c.req.valid('param').id))
      return changeGiven(tx, before, c.req.valid('json'))
    })
    return c.json(aiAgentShape(row), 200)
  })

  return app
}

async function createGiven(
  tx: Transaction,
  workspaceId: string,
  { handoff, ...given }: z.infer<typeof newAiAgent>,
): Promise<AiAgentRow> {
  const teamspace = await findTeamspace(tx, workspaceId, given.teamspaceId)
  if (!teamspace) throw invalidRequest('teamspaceId', 'There is no such teamspace')
  await mustKnowTargets(tx, workspaceId, handoff)
  const id = await createAiAgent(tx, workspaceId, { ...given, handoff: mergedHandoff(handoff) })
  return must(findAiAgent(tx, workspaceId, id))
}

async function changeGiven(
  tx: Transaction,
  { id, workspaceId, handoff: before }: AiAgentRow,
  { name, handoff }: z.infer<typeof aiAgentChange>,
): Promise<AiAgentRow> {
  await mustKnowTargets(tx, workspaceId, handoff)
  const merged = handoff && mergedHandoff(handoff, before)
  await changeAiAgent(tx, workspaceId, id, { name, handoff: merged })
  return must(findAiAgent(tx, workspaceId, id))
}
