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
