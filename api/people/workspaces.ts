import { createRoute } from '@hono/zod-openapi'
import { teamspaceShape, userShape, workspaceShape } from '../../contract/people.ts'
import { idParam } from '../../contract/schemas/base.ts'
import {
  madeWorkspace,
  newWorkspace,
  workspace,
  workspaceChange,
} from '../../contract/schemas/people-workspaces.ts'
import { body, json, refusals, refusalsOfWrite } from '../../contract/schemas/problem.ts'
import {
  createWorkspace,
  findWorkspace,
  type MadeWorkspace,
  setPlan,
} from '../../db/people/workspaces.ts'
import { NOT_STORED } from '../caching.ts'
import { createRouter, type Deps, mustBeRoot, readerOf } from '../context.ts'
import { must } from './must.ts'
import { underLock } from './under-lock.ts'

const tags = ['Workspace']

const create = createRoute({
  method: 'post',
  path: '/v1/workspaces',
  tags,
  summary: 'Make a workspace with its teamspace "General", role "admin" and first admin (root)',
  request: { body: body(newWorkspace) },
  responses: { 201: json(madeWorkspace, 'What was made'), ...refusalsOfWrite() },
})

const read = createRoute({
  method: 'get',
  path: '/v1/workspace',
  tags,
  summary: "Read the caller's workspace",
  responses: { 200: json(workspace, 'The workspace'), ...refusals() },
})

const change = createRoute({
  method: 'patch',
  path: '/v1/workspaces/{id}',
  tags,
  summary: "Set a workspace's plan (root)",
  request: { params: idParam, body: body(workspaceChange) },
  responses: {
    200: json(workspace, 'The workspace as it is then'),
    ...refusalsOfWrite('not_found'),
  },
})

/** Workspaces: made and given a plan by root, read by those in them. */
export function workspaceRoutes(deps: Deps) {
  const { db } = deps
  const app = createRouter()

  app.openapi(create, async (c) => {
    mustBeRoot(c)
    const made = await db.transaction((tx) => createWorkspace(tx, c.req.valid('json')))
    return c.json(madeShape(made), 201, NOT_STORED)
  })

  app.openapi(read, async (c) => {
    const { workspaceId } = readerOf(c)
    return c.json(workspaceShape(await must(findWorkspace(db, workspaceId))), 200)
  })

  app.openapi(change, async (c) => {
    mustBeRoot(c)
    const { id } = c.req.valid('param')
    const { plan } = c.req.valid('json')
    const row = await underLock(deps, id, async (tx, wake) => {
      if (plan !== undefined) await setPlan(tx, id, plan)
      if (plan !== undefined) wake({ workspaceId: id })
      return must(findWorkspace(tx, id))
    })
    return c.json(workspaceShape(row), 200)
  })

  return app
}

function madeShape({ workspace, teamspace, admin, token }: MadeWorkspace) {
  return {
    workspace: workspaceShape(workspace),
    teamspace: teamspaceShape(teamspace),
    admin: userShape(admin),
    token,
  }
}
