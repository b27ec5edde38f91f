import { join } from 'node:path'
import { CLI, CLI_VERSION } from './cli.ts'
import type { Fetch } from './fetch.ts'
import { patiently } from './patiently.ts'

const WITHIN_MS = 20 * 60_000

/** Built from its Go module, whose checksums go verifies; at most 20 minutes. */
export const fromGo: Fetch = async (folder, log) => {
  const module = `github.com/temporalio/cli/cmd/temporal@v${CLI_VERSION}`
  await patiently('env', [`GOBIN=${folder}`, 'go', 'install', module], {
    withinMs: WITHIN_MS,
    log,
  })
  return join(folder, CLI)
}
