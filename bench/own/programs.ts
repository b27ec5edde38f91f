import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { tailOf } from '../../bin/embedded/detached.ts'
import { freePort } from '../../bin/embedded/ports.ts'
import { until } from '../../bin/embedded/until.ts'
import { bundleWorkflows } from '../../bin/workflow-bundle.ts'
import { type Program, program } from '../../test/harness/parts.ts'

/** Below the packages, so that what is built finds them. */
const BUILT = resolve('node_modules/.cache/baton/bench')
const READY_MS = 30_000

/** JavaScript as production runs it: neither compiled at run time nor with source maps. */
export async function built(entry: string): Promise<string> {
  const outfile = join(BUILT, `${entry.replaceAll('/', '-')}.mjs`)
  await build({
    ...{ entryPoints: [resolve('bench', `${entry}.ts`)], outfile, logLevel: 'warning' },
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20' },
  })
  return outfile
}

/** Workflows, bundled as the build of Baton bundles its own; where the bundle is. */
export async function bundled(entry: string, { stacks }: { stacks: boolean }): Promise<string> {
  const workflowsPath = resolve('bench', `${entry}.ts`)
  const code = await bundleWorkflows({ workflowsPath, stacks })
  await mkdir(BUILT, { recursive: true })
  const path = join(BUILT, `${entry.replaceAll('/', '-')}.bundle.js`)
  await writeFile(path, code)
  return path
}

export type Running = { pids: number[]; log: string; stop(): Promise<void> }
export type Serving = Running & { url: string }

const started = new Set<Program>()
process.once('exit', () => {
  for (const one of started) void one.kill()
})

/** Runs a program in a process of its own; its log goes to the data folder, which `env` names. */
export async function run(entry: string, env: Record<string, string>): Promise<Running> {
  const name = entry.slice(entry.lastIndexOf('/') + 1)
  const log = join(env.BATON_DATA_DIR ?? '.', `${name}-${await freePort()}.log`)
  const one = program(entry, env, log)
  await one.start()
  started.add(one)
  async function stop(): Promise<void> {
    await one.kill()
    started.delete(one)
  }
  return { pids: [one.pid()], log, stop }
}

/** The same of one that serves HTTP, once `/readyz` says so. */
export async function serving(entry: string, env: Record<string, string>): Promise<Serving> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const one = await run(entry, { ...env, PORT: String(port) })
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
  if (await until(isReady, READY_MS)) return { ...one, url }
  await one.stop()
  throw new Error(`${entry} does not get ready; it says:\n${tailOf(one.log)}`)
}
