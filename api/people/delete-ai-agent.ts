import { createRoute } from '@hono/zod-openapi'
import { idParam } from '../../contract/schemas/base.ts'
import { refusalsOfWrite } from '../../contract/schemas/problem.ts'
import type { Transaction } from '../../db/client.ts'
import { deleteAiAgent, findAiAgent } from '../../db/people/ai-agents.ts'
import { reclaimAll } from '../../engine/reclaim.ts'
import { adminOf, createRouter, type Deps } from '../context.ts'
import { ProblemError } from '../problem-error.ts'
import { must } from './must.ts'
import { changingGrants } from './under-lock.ts'

const remove = createRoute({
  method: 'delete',
  path: '/v1/ai-agents/{id}',
  tags: ['AI agents'],
  summary: "Delete an AI agent; its chats go to the teamspace's default one (admin)",
  request: { params: idParam },
  responses: {
    204: { description: 'It is gone' },
    ...refusalsOfWrite('not_found', 'default_ai_agent'),
  },
})

/** Deleting an AI agent, at once; the default one of its teamspace stays. */
export function deleteAiAgentRoute(deps: Deps) {
  const app = createRouter()

  app.openapi(remove, async (c) => {
    const { workspaceId } = adminOf(c)
    const { id } = c.req.valid('param')
    await changingGrants(deps, workspaceId, (tx) => deleteGiven(tx, workspaceId, id))
    // Nobody waits for it: there may be thousands.
    reclaimAll(deps, id).catch(() => deps.log.warn({ id }, 'not all reclaimed; the sweeper will'))
    return c.body(null, 204)
  })

  return app
}

async function deleteGiven(tx: Transaction, workspaceId: string, id: string) {
  const agent = await must(findAiAgent(tx, workspaceId, id))
  const detail = 'Make another AI agent the default of its teamspace first'
  if (agent.isDefault) throw new ProblemError('default_ai_agent', { detail })
  return deleteAiAgent(tx, agent)
}
