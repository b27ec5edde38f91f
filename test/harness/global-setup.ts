import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { freePort } from '../../bin/embedded/ports.ts'
import { startPostgres } from '../../bin/embedded/postgres.ts'
import { startTemporal } from '../../bin/embedded/temporal/server.ts'
import { bundleWorkflows } from '../../bin/workflow-bundle.ts'
import { migrate } from '../../db/migrate.ts'

/** The Temporal CLI, once fetched, serves every later run. */
const CACHE_DIR = resolve('node_modules/.cache/baton')

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the server's own database; each test file clones its own from the template. */
    postgresUrl: string
    temporalAddress: string
    /** The workflows, bundled once. */
    bundlePath: string
  }
}

/** One real PostgreSQL and one real Temporal for the whole run, and a migrated template database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'baton-test-'))
  await mkdir(CACHE_DIR, { recursive: true })
  const log = (line: string) => console.log(line)
  const servers = await Promise.allSettled([startTemplate(dataDir, log), startEngine(dataDir, log)])
  const stop = async () => {
    for (const server of servers) {
      if (server.status === 'fulfilled') await server.value.stop()
    }
    await rm(dataDir, { recursive: true, force: true })
  }
  const [database, temporal] = servers
  if (database.status === 'rejected' || temporal.status === 'rejected') {
    await stop()
    throw database.status === 'rejected'
      ? database.reason
      : (temporal as PromiseRejectedResult).reason
  }
  project.provide('postgresUrl', database.value.url)
  project.provide('temporalAddress', temporal.value.address)
  project.provide('bundlePath', await bundle(dataDir))
  return stop
}

async function startEngine(dataDir: string, log: (line: string) => void) {
  return startTemporal({
    dataDir,
    cacheDir: CACHE_DIR,
    port: await freePort(),
    uiPort: null,
    namespace: 'default',
    dbFilename: null,
    log,
  })
}

async function startTemplate(dataDir: string, log: (line: string) => void) {
  const server = await startPostgres({ dataDir, port: await freePort(), log })
  const admin = postgres(server.url, { max: 1 })
  await admin`create database template_baton`
  await admin.end()
  const url = new URL(server.url)
  url.pathname = '/template_baton'
  await migrate(url.href)
  return server
}

async function bundle(dataDir: string): Promise<string> {
  const code = await bundleWorkflows({
    workflowsPath: resolve('workflows/index.ts'),
    stacks: false,
  })
  const path = join(dataDir, 'workflow-bundle.js')
  await writeFile(path, code)
  return path
}
