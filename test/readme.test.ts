import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeDemo } from '../bin/demo.ts'
import { freePort } from '../bin/embedded/ports.ts'
import { ROOT_TOKEN, type TestApi, testApi } from './harness/api.ts'

const run = promisify(execFile)
let folder: string
let api: TestApi
let server: ReturnType<typeof serve>
let address: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-readme-'))
  const dataDir = join(folder, '.baton')
  await mkdir(dataDir)
  api = await testApi()
  await makeDemo({ dataDir, databaseUrl: api.database.url, rootToken: ROOT_TOKEN })
  const port = await freePort()
  address = `http://127.0.0.1:${port}`
  server = serve({ fetch: api.app.fetch, hostname: '127.0.0.1', port })
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await api.close()
  await rm(folder, { recursive: true })
})

/** The shell lines of the section, one after another, against the API that runs here. */
async function linesOf(section: string): Promise<string> {
  const readme = await readFile('README.md', 'utf8')
  const text = readme.split(/^## /m).find((part) => part.startsWith(section)) ?? ''
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, lines]) => lines)
  expect(blocks.length).toBeGreaterThan(0)
  return blocks.join('\n').replaceAll('http://127.0.0.1:3000', address)
}

test('the conversation in the README goes as it is told there', async () => {
  const script = await linesOf('One conversation')
  const { stdout } = await run('bash', ['-euc', script], { cwd: folder })
  expect(stdout).toContain('"code":"not_assignee"')
  expect(stdout).toContain('HTTP/1.1 200')
  expect(stdout).toMatch(/idempotency-replayed: true/i)
  expect(stdout.trim().split('\n').slice(-2)).toEqual([
    'Ava',
    'created → handoff → transfer → team_transfer → takeover → close',
  ])
})
