import { resolve } from 'node:path'
import type { Engines } from './own/engines.ts'
import { built, bundled, type Running, run, type Serving, serving } from './own/programs.ts'

export const ROOT_TOKEN = 'bt_root_bench'

export type ContestantName = 'floor' | 'naive' | 'baton' | 'bare'
export type Contestants = Record<ContestantName, Serving>

export function environmentOf({ dataDir, databaseUrl, temporalAddress }: Engines) {
  return {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    BATON_DATA_DIR: dataDir,
    BATON_ROOT_TOKEN: ROOT_TOKEN,
    BATON_LOG_LEVEL: 'warn',
  }
}

/** All of them, on the same engines, each in processes of its own. */
export async function startContestants(engines: Engines): Promise<Contestants> {
  const env = environmentOf(engines)
  const [floor, naive, baton, bare] = await Promise.all([
    startFloor(env),
    startNaive(env),
    startBaton(env),
    built('contestants/bare/program').then((entry) => serving(entry, env)),
  ])
  return { floor, naive, baton, bare }
}

export type Env = ReturnType<typeof environmentOf>

/** As production runs it: the build, API and worker apart. */
export function startBaton(env: Env): Promise<Serving> {
  return together(serving(resolve('dist/bin/api.js'), env), run(resolve('dist/bin/worker.js'), env))
}

export async function startFloor(env: Env): Promise<Serving> {
  const entry = await built('contestants/floor/program')
  return serving(entry, {
    ...env,
    WORKFLOW_BUNDLE: await bundled('contestants/floor/workflow', { stacks: false }),
  })
}

export async function startNaive(env: Env, forWorker = env): Promise<Serving> {
  const WORKFLOW_BUNDLE = await bundled('contestants/naive/workflow', { stacks: true })
  const [api, worker] = [
    await built('contestants/naive/api'),
    await built('contestants/naive/worker'),
  ]
  return together(serving(api, env), run(worker, { ...forWorker, WORKFLOW_BUNDLE }))
}

async function together(api: Promise<Serving>, worker: Promise<Running>): Promise<Serving> {
  const [one, other] = await Promise.all([api, worker])
  return {
    ...{ url: one.url, log: one.log },
    pids: [...one.pids, ...other.pids],
    stop: async () => void (await Promise.all([one.stop(), other.stop()])),
  }
}
