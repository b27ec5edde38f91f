import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startedAt } from '../pids.ts'
import { CLI, versionOf } from './cli.ts'

/** Fetches the CLI into `folder` and returns the path it has there, or throws why not. */
export type Fetch = (folder: string, log: (line: string) => void) => Promise<string>

const FETCHING = 'fetching-'

/**
 * Fetches the CLI into a folder of its own, checks that it runs, and moves it into the cache, so
 * that the cache never has an incomplete one. Returns null, or in a few words why it failed.
 */
export async function fetchInto(
  cacheDir: string,
  fetch: Fetch,
  log: (line: string) => void,
): Promise<string | null> {
  await mkdir(cacheDir, { recursive: true })
  await removeAbandoned(cacheDir)
  const folder = await mkdtemp(join(cacheDir, `${FETCHING}${process.pid}-`))
  try {
    const fetched = await fetch(folder, log)
    await chmod(fetched, 0o755)
    if (!(await versionOf(fetched))) return 'what was fetched does not run here'
    await rename(fetched, join(cacheDir, CLI))
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Removes the folders of killed starts, not of one that is fetching right now. */
async function removeAbandoned(cacheDir: string): Promise<void> {
  const abandoned = (await readdir(cacheDir)).filter(
    (name) => name.startsWith(FETCHING) && !startedAt(Number(name.split('-')[1])),
  )
  const options = { recursive: true, force: true }
  await Promise.all(abandoned.map((name) => rm(join(cacheDir, name), options)))
}
