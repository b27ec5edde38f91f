import { createRoute, type z } from '@hono/zod-openapi'
import { teamShape, teamWithMembersShape } from '../../contract/people.ts'
import { idParam } from '../../contract/schemas/base.ts'
import { newTeam, team, teamChange, teamWithMembers } from '../../contract/schemas/people-teams.ts'
import { body, json, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import type { Transaction } from '../../db/client.ts'
import {
  createTeam,
  findTeam,
  linkTeam,
  listMembers,
  listTeams,
  renameTeam,
  type TeamRow,
} from '../../db/people/teams.ts'
import { unknownIn } from '../../db/people/unknown-ids.ts'
import { teamspaces } from '../../db/schema.ts'
import { adminOf, createRouter, type Deps, readerOf } from '../context.ts'
import { invalidRequest } from '../problem-error.ts'
import { must } from './must.ts'
import { addList, readRoute } from './reads.ts'
import { changingGrants, underLock } from './under-lock.ts'

const tag = 'Teams'

const described = { path: '/v1/teams' as const, tag, many: 'teams', one: 'a team' }
const list = { ...described, schema: team, list: listTeams, shape: teamShape }
const read = readRoute({ ...described, schema: teamWithMembers })

const create = createRoute({
  method: 'post',
  path: '/v1/teams',
  tags: [tag],
  summary: 'Make a team (admin)',
  request: { body: body(newTeam) },
  responses: { 201: json(team, 'The team'), ...refusalsOfWrite() },
})

const change = createRoute({
  method: 'patch',
  path: '/v1/teams/{id}',
  tags: [tag],
  summary: 'Change a team and the teamspaces it is linked to (admin)',
  request: { params: idParam, body: body(teamChange) },
  responses: { 200: json(team, 'The team after the change'), ...refusalsOfWrite('not_found') },
})

/** Teams: users who serve together, linked to teamspaces. */
export function teamRoutes(deps: Deps) {
  const app = createRouter()
  addList(app, deps, list)

  app.openapi(read, async (c) => {
    const { workspaceId } = readerOf(c)
    const row = await must(findTeam(deps.db, workspaceId, c.req.valid('param').id))
    return c.json(teamWithMembersShape(row, await listMembers(deps.db, row.id)), 200)
  })

  app.openapi(create, async (c) => {
    const { workspaceId } = adminOf(c)
    const row = await underLock(deps, workspaceId, (tx) =>
      createGiven(tx, workspaceId, c.req.valid('json')),
    )
    return c.json(teamShape(row), 201)
  })

  app.openapi(change, async (c) => {
    const { workspaceId } = adminOf(c)
    const row = await changingGrants(deps, workspaceId, async (tx, wake) => {
      const before = await must(findTeam(tx, workspaceId, c.req.valid('param').id))
      const { teamspaceIds } = c.req.valid('json')
      if (teamspaceIds) wake({ ids: [...before.teamspaceIds, ...teamspaceIds] })
      return changeGiven(tx, before, c.req.valid('json'))
    })
    return c.json(teamShape(row), 200)
  })

  return app
}

async function createGiven(tx: Transaction, workspaceId: string, given: z.infer<typeof newTeam>) {
  await mustBeTeamspaces(tx, workspaceId, given.teamspaceIds)
  return must(findTeam(tx, workspaceId, await createTeam(tx, workspaceId, given)))
}

async function changeGiven(
  tx: Transaction,
  { id, workspaceId }: TeamRow,
  { name, teamspaceIds }: z.infer<typeof teamChange>,
) {
  if (teamspaceIds) {
    await mustBeTeamspaces(tx, workspaceId, teamspaceIds)
    await linkTeam(tx, workspaceId, id, teamspaceIds)
  }
  if (name !== undefined) await renameTeam(tx, workspaceId, id, name)
  return must(findTeam(tx, workspaceId, id))
}

async function mustBeTeamspaces(tx: Transaction, workspaceId: string, ids: string[]) {
  const unknown = await unknownIn(tx, teamspaces, workspaceId, ids)
  const at = ids.findIndex((id) => unknown.has(id))
  if (at >= 0) throw invalidRequest(`teamspaceIds.${at}`, 'There is no such teamspace')
}
