import { readdirSync, readFileSync, statSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoRoutes } from '../../api/service/demo.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { aWorkspace } from '../harness/workspace.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi({ worker: false })
})
afterAll(() => api.close())

const BUILT = 'dist/public/inbox'
const MOST_BYTES = 150 * 1024
const host = { host: '127.0.0.1:3000' }

test.each(['/inbox', '/inbox/', '/inbox/c/cnv_1'])(
  '%s is the page, which runs nothing of others',
  async (path) => {
    const answer = await api.app.request(path, { headers: host })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe(readFileSync(`${BUILT}/index.html`, 'utf8'))
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(answer.headers.get('cache-control')).toBe('no-cache')
  },
)

test('an asset is kept for ever, and one that is missing is not the page', async () => {
  const [asset] = readdirSync(`${BUILT}/assets`).filter((name) => name.endsWith('.js'))
  const answer = await api.app.request(`/inbox/assets/${asset}`)
  expect(answer.headers.get('cache-control')).toContain('immutable')
  expect((await api.app.request('/inbox/assets/gone.js')).status).toBe(404)
  expect((await api.app.request('/inbox/assets/..%2f..%2f..%2fpackage.json')).status).toBe(404)
})

test('/ leads a browser to the Inbox, and nobody else', async () => {
  const browser = await api.app.request('/', { headers: { accept: 'text/html,*/*' } })
  expect([browser.status, browser.headers.get('location')]).toEqual([302, '/inbox'])
  expect((await api.app.request('/')).status).toBe(404)
})

test('what the page loads first is within its budget', () => {
  const first = readdirSync(`${BUILT}/assets`).filter((name) => /\.(js|css)$/.test(name))
  const sizes = first.map((name) => statSync(`${BUILT}/assets/${name}.gz`).size)
  expect(sizes.length).toBeGreaterThan(1)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_BYTES)
})

test('outside a demo nobody can be signed in as', async () => {
  expect((await api.app.request('/demo/people', { headers: host })).status).toBe(404)
})

test('a demo lets in whoever asks from its own page on this machine, as its people alone', async () => {
  const w = await aWorkspace(api)
  const demoTokens = new Map([[w.admin.id, 'the token']])
  const demo = demoRoutes({ db: api.database.client.db, demoTokens })
  const people = await demo.request('/demo/people', { headers: host })
  expect(await people.json()).toEqual({
    items: [{ id: w.admin.id, name: w.admin.name, role: 'admin' }],
  })
  const signIn = (id: string, headers: Record<string, string>) =>
    demo.request(`/demo/people/${id}/sign-in`, { method: 'POST', headers })
  const own = await signIn(w.admin.id, { ...host, 'sec-fetch-site': 'same-origin' })
  expect(await own.json()).toEqual({ token: 'the token' })
  expect(own.headers.get('cache-control')).toBe('no-store')
  expect((await signIn('usr_other', host)).status).toBe(404)
  expect((await signIn(w.admin.id, { ...host, 'sec-fetch-site': 'cross-site' })).status).toBe(404)
  expect((await signIn(w.admin.id, { host: 'evil.example' })).status).toBe(404)
})
