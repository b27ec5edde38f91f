import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, makeDemo } from '../../bin/demo.ts'
import { freePort } from '../../bin/embedded/ports.ts'
import { welcome } from '../../bin/embedded/welcome.ts'
import { ROOT_TOKEN, type TestApi, testApi } from '../harness/api.ts'
import { temporaryFolder } from './folder.ts'

const run = promisify(execFile)
let api: TestApi
let server: ReturnType<typeof serve>
let url: string
beforeAll(async () => {
  api = await testApi()
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  server = serve({ fetch: api.app.fetch, hostname: '127.0.0.1', port })
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await api.close()
})

const said = (dataDir: string, demo: Demo | null) =>
  welcome({ url, uiUrl: null, temporalAddress: '127.0.0.1:7233', dataDir, demo, seconds: 1 })

const linesToTry = (text: string) => text.slice(text.indexOf('  KEY='), text.indexOf('Ctrl-C'))

test('the printed lines show no token, and begin a chat when they are run', async () => {
  const dataDir = join(temporaryFolder(), "Pat's data")
  mkdirSync(dataDir)
  const demo = await makeDemo({ dataDir, databaseUrl: api.database.url, rootToken: ROOT_TOKEN })
  if (!demo) throw new Error('There is no demo')
  const text = said(dataDir, demo)
  const tokens = [demo.apiKey, demo.aiAgent.token, ...demo.users.map((user) => user.token)]
  for (const token of [ROOT_TOKEN, ...tokens]) expect(text).not.toContain(token)
  const { stdout } = await run('bash', ['-euc', linesToTry(text)])
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'chat', assignee: { id: demo.aiAgent.id } })
})

test('a data folder inside the working folder is shown relative to it; without a demo there are no lines to try', () => {
  const demo = { aiAgent: { id: 'ai_x' } } as Demo
  expect(said(join(process.cwd(), '.baton'), demo)).toContain('< .baton/demo.json)')
  expect(said('/elsewhere', demo)).toContain('< /elsewhere/demo.json)')
  expect(said('/elsewhere', null)).not.toContain('curl')
})
