import { createRoute } from '@hono/zod-openapi'
import type { Transaction } from '../../db/client.ts'
import {
  changeAiAgent,
  createAiAgent,
  deleteAiAgent,
  findAiAgent,
  listAiAgents,
} from '../../db/people/ai-agents.ts'
import { findTeamspace } from '../../db/people/teamspaces.ts'
import { adminOf, createRouter, type Deps } from '../context.ts'
import { invalidRequest, ProblemError } from '../problem-error.ts'
import { idParam } from '../schemas/base.ts'
import { aiAgent, aiAgentChange, newAiAgent } from '../schemas/people-ai-agents.ts'
import { body, json, problemResponses } from '../schemas/problem.ts'
import { aiAgentShape } from '../shapes/people.ts'
import { dispatchSoon } from './dispatch-soon.ts'
import { mergedHandoff, mustKnowTargets } from './handoff-targets.ts'
import { must } from './must.ts'
import { addReads } from './reads.ts'
import { underLock } from './under-lock.ts'

const tag = 'AI agents'

const reads = {
  path: '/v1/ai-agents' as const,
  tag,
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
  responses: { 201: json(aiAgent, 'The AI agent'), ...problemResponses },
})

const change = createRoute({
  method: 'patch',
  path: '/v1/ai-agents/{id}',
  tags: [tag],
  summary: 'Change an AI agent and its Human Handoff settings (admin)',
  request: { params: idParam, body: body(aiAgentChange) },
  responses: { 200: json(aiAgent, 'The AI agent as it is then'), ...problemResponses },
})

const remove = createRoute({
  method: 'delete',
  path: '/v1/ai-agents/{id}',
  tags: [tag],
  summary: "Delete an AI agent; its chats go to the teamspace's default one (admin)",
  request: { params: idParam },
  responses: { 204: { description: 'It is gone' }, ...problemResponses },
})

/** AI agents: the bots that begin every chat. */
export function aiAgentRoutes(deps: Deps) {
  const app = createRouter()
  addReads(app, deps, reads)

  app.openapi(create, async (c) => {
    const { workspaceId } = adminOf(c)
    const { handoff, ...given } = c.req.valid('json')
    const row = await underLock(deps, workspaceId, async (tx) => {
      await mustBeTeamspace(tx, workspaceId, given.teamspaceId)
      await mustKnowTargets(tx, workspaceId, handoff)
      const settings = { ...given, handoff: mergedHandoff(handoff) }
      return must(findAiAgent(tx, workspaceId, await createAiAgent(tx, workspaceId, settings)))
    })
    return c.json(aiAgentShape(row), 201)
  })

  app.openapi(change, async (c) => {
    const { workspaceId } = adminOf(c)
    const { name, handoff } = c.req.valid('json')
    const row = await underLock(deps, workspaceId, async (tx) => {
      const before = await must(findAiAgent(tx, workspaceId, c.req.valid('param').id))
      await mustKnowTargets(tx, workspaceId, handoff)
      const settings = { name, handoff: handoff && mergedHandoff(handoff, before.handoff) }
      await changeAiAgent(tx, before.id, settings)
      return must(findAiAgent(tx, workspaceId, before.id))
    })
    return c.json(aiAgentShape(row), 200)
  })

  app.openapi(remove, async (c) => {
    const { workspaceId } = adminOf(c)
    const commands = await underLock(deps, workspaceId, async (tx) => {
      const { id, isDefault } = await must(findAiAgent(tx, workspaceId, c.req.valid('param').id))
      if (isDefault) throw new ProblemError('default_ai_agent')
      return deleteAiAgent(tx, id)
    })
    dispatchSoon(deps, commands)
    return c.body(null, 204)
  })

  return app
}

async function mustBeTeamspace(tx: Transaction, workspaceId: string, id: string): Promise<void> {
  const teamspace = await findTeamspace(tx, workspaceId, id)
  if (!teamspace) throw invalidRequest('teamspaceId', 'There is no such teamspace')
}
