import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import { aWorkspace, type Workspace } from '../harness/workspace.ts'

type Route = { path: string; method: string }

let api: TestApi
let w: Workspace
let routes: Route[]
beforeAll(async () => {
  api = await testApi({ worker: false })
  w = await aWorkspace(api)
  const { paths } = (await (await api.app.request('/openapi.json')).json()) as {
    paths: Record<string, object>
  }
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })),
  )
})
afterAll(() => api.close())

const at = (path: string) => path.replaceAll(/\{\w+\}/g, 'nobody')

async function ask(method: string, path: string, headers: Record<string, string> = {}) {
  const authorization = `Bearer ${w.admin.token}`
  return api.app.request(at(path), { method, headers: { authorization, ...headers } })
}

test('every route refuses a parameter that it does not take, naming it', async () => {
  expect(routes.length).toBeGreaterThan(50)
  for (const { method, path } of routes) {
    const response = await ask(method, `${path}?surprise=1`)
    const body = await response.json()
    expect({ method, path, body }).toMatchObject({
      body: { status: 400, code: 'invalid_request', errors: [{ path: 'surprise' }] },
    })
  }
})

test('every path takes its own methods and HEAD and OPTIONS, and is 405 for any other', async () => {
  for (const path of new Set(routes.map((route) => route.path))) {
    const options = await ask('OPTIONS', path)
    expect(options.status, path).toBe(204)
    const allowed = options.headers.get('allow')?.split(', ') ?? []
    const described = routes.filter((route) => route.path === path).map(({ method }) => method)
    expect(allowed, path).toEqual(expect.arrayContaining([...described, 'OPTIONS']))
    expect(allowed.includes('HEAD'), path).toBe(allowed.includes('GET'))
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
      if (allowed.includes(method)) continue
      const refused = await ask(method, path)
      expect([method, path, refused.status]).toEqual([method, path, 405])
      expect(refused.headers.get('allow')).toBe(options.headers.get('allow'))
      const body = method === 'HEAD' ? { code: 'method_not_allowed' } : await refused.json()
      expect(body).toMatchObject({ code: 'method_not_allowed' })
    }
  }
})

test.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs'])(
  '%s takes GET and HEAD',
  async (path) => {
    expect((await api.app.request(path, { method: 'HEAD' })).status).toBe(200)
    const refused = await api.app.request(path, { method: 'POST' })
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  },
)

test('without a token a wrong method is 401, like everything else', async () => {
  for (const method of ['PUT', 'OPTIONS']) {
    expect((await api.app.request('/v1/conversations', { method })).status).toBe(401)
  }
})

test('an answer that depends on its reader says so, problems too', async () => {
  const answers = [
    ...['/v1/users/me', '/v1/conversations', '/v1/conversations/nobody', '/v1/nothing'],
    ...['/v1/conversations?limit=0', '/v1/teams', '/v1/events?after=x'],
  ].map((path) => ask('GET', path))
  const refused = [
    api.app.request('/v1/users/me'),
    ask('PUT', '/v1/conversations'),
    ask('POST', '/v1/roles'),
    ask('PATCH', `/v1/teams/${w.support.id}`, { 'content-type': 'text/plain' }),
    ask('GET', '/v1/events', { accept: 'application/json' }),
  ]
  for (const { headers, status } of await Promise.all([...answers, ...refused])) {
    expect([status, headers.get('cache-control')]).toEqual([status, 'private, no-cache'])
  }
  const { id } = await w.chat()
  const first = await ask('GET', `/v1/conversations/${id}`)
  const etag = { 'if-none-match': first.headers.get('etag') as string }
  const again = await ask('GET', `/v1/conversations/${id}`, etag)
  expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'private, no-cache'])
})

test('no cache keeps an answer that shows a secret', async () => {
  const name = 'Secret'
  const admin = { name, email: 'secret@acme.test' }
  const made = [
    api.root.post('/v1/workspaces', { name, admin }),
    w.admin.post(`/v1/users/${w.admin.id}/tokens`),
    w.admin.post(`/v1/ai-agents/${w.ava.id}/tokens`),
    w.admin.post('/v1/api-keys', { name }),
    w.admin.post('/v1/webhooks', { url: 'https://hook.example.com/' }),
  ]
  for (const { status, headers } of await Promise.all(made)) {
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store'])
  }
})

test.each(['/healthz', '/readyz'])('nobody keeps what %s says', async (path) => {
  const { headers } = await api.app.request(path)
  expect(headers.get('cache-control')).toBe('no-store')
})

test('a stream of events keeps what it needs', async () => {
  const { headers } = await ask('HEAD', '/v1/events')
  expect(headers.get('cache-control')).toBe('no-store, no-transform')
})
