import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** The release that is fetched. */
export const CLI_VERSION = '1.9.1'
export const CLI = 'temporal'

// Older servers lack what the workflows are started with (conflict policy, summaries).
const OLDEST_SERVER = 1027
const ASK_MS = 20_000

/** What the Temporal CLI at `path` says of itself; null when it doesn't run or is too old. */
export async function versionOf(path: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: ASK_MS })
    const [, major, minor] = stdout.match(/Server (\d+)\.(\d+)/) ?? []
    return Number(major) * 1000 + Number(minor) >= OLDEST_SERVER ? stdout.trim() : null
  } catch {
    return null
  }
}
