import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Env } from '../../api/context.ts'
import { describeApi } from '../../api/service/openapi.ts'
import { type ProblemCode, problem, problems } from '../../contract/problem.ts'
import { refusals } from '../../contract/schemas/problem.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { mustBeDocumented, type Operation, operationsOf } from '../harness/documented.ts'

let api: TestApi
let operations: Operation[]
beforeAll(async () => {
  api = await testApi({ worker: false })
  operations = await operationsOf(api.app)
})
afterAll(() => api.close())

test('every route says how it refuses, status by status', () => {
  expect(operations.length).toBeGreaterThan(50)
  for (const { method, path, answers } of operations) {
    const expected = [400, 401, 403, 500, 503, ...(method === 'GET' ? [] : [408, 413])]
    expect([...answers.keys()], `${method} ${path}`).toEqual(expect.arrayContaining(expected))
    expect([...answers.keys()], `${method} ${path}`).not.toContain(Number.NaN)
    expect(answers.has(404), `${method} ${path}`).toBe(path.includes('{'))
  }
})

test('every code is described with its status, and some route has it', () => {
  const described = new Map<string, number>()
  for (const { answers } of operations) {
    for (const [status, codes] of answers) for (const code of codes) described.set(code, status)
  }
  // It is the answer where a path has no such route.
  described.set('method_not_allowed', 405)
  const codes = Object.keys(problems) as ProblemCode[]
  expect(Object.fromEntries(described)).toEqual(
    Object.fromEntries(codes.map((code) => [code, problems[code][0]])),
  )
})

/** What comes of an answer of a route that is described as `not_assignee` or in order. */
async function answered(answer: Response): Promise<Response> {
  const app = new OpenAPIHono<Env>()
  const responses = { 204: { description: 'In order' }, ...refusals('not_assignee') }
  app.openapi(createRoute({ method: 'get', path: '/v1/it/{id}', responses }), () => answer as never)
  describeApi(app)
  mustBeDocumented(app)
  return app.request('/v1/it/1')
}

function refused(code: ProblemCode, members = {}, headers = {}): Response {
  const type = { 'content-type': 'application/problem+json' }
  const [status] = problems[code]
  const body = JSON.stringify(problem(code, 'req-1', members))
  return new Response(body, { status, headers: { ...type, ...headers } })
}

test.each([
  ['204', () => new Response(null, { status: 204 })],
  ['its refusal', () => refused('not_assignee', { assignee: null, epoch: 1 })],
  ['a failure', () => refused('engine_unavailable', {}, { 'retry-after': '2' })],
])('a test goes on where a route answers as described: %s', async (_what, answer) => {
  expect(await answered(answer())).toBeInstanceOf(Response)
})

test.each([
  ['another status', () => new Response(null, { status: 202 }), 'answers 202'],
  ['a status of problems', () => refused('not_found'), 'answers 404'],
  ['no problem', () => Response.json({}, { status: 409 }), 'answers 409 as application/json'],
  ['another code', () => refused('not_queued'), 'answers 409 not_queued'],
  [
    'a member missing',
    () => refused('not_assignee', { epoch: 1 }),
    'answers 409 not_assignee with',
  ],
  ['no Retry-After', () => refused('engine_unavailable'), 'answers 503 without Retry-After'],
])(
  'a test fails where a route answers what it is not described to: %s',
  async (_what, answer, why) => {
    await expect(answered(answer())).rejects.toThrow(`GET /v1/it/{id} ${why}`)
  },
)
