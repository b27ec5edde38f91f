import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { freePort } from '../../bin/embedded/ports.ts'
import { startPostgres } from '../../bin/embedded/postgres.ts'
import { startTemporal } from '../../bin/embedded/temporal/server.ts'
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
  const [database, temporal, bundlePath] = await Promise.all([
    startTemplate(dataDir, log),
    startTemporal({
      dataDir,
      cacheDir: CACHE_DIR,
      port: await freePort(),
      uiPort: null,
      namespace: 'default',
      dbFilename: null,
      log,
    }),
    bundle(dataDir),
  ])
  project.provide('postgresUrl', database.url)
  project.provide('temporalAddress', temporal.address)
  project.provide('bundlePath', bundlePath)
  return async () => {
    await Promise.all([database.stop(), temporal.stop()])
    await rm(dataDir, { recursive: true, force: true })
  }
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
  const { code } = await bundleWorkflowCode({
    workflowsPath: resolve('workflows/index.ts'),
    logger: new DefaultLogger('WARN'),
  })
  const path = join(dataDir, 'workflow-bundle.js')
  await writeFile(path, code)
  return path
}
