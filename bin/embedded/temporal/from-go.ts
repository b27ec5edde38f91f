import { join } from 'node:path'
import { CLI } from './cli.ts'
import type { Fetch } from './fetch.ts'
import { runProgram } from './run-program.ts'

const WITHIN_MS = 30 * 60_000

// The last release that `go install` takes (server 1.29): later ones replace a module of theirs.
const MODULE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1'

/** Built from its Go module, whose checksums go verifies; at most half an hour. */
export const fromGo: Fetch = async (folder, log) => {
  const options = { withinMs: WITHIN_MS, log }
  await runProgram('env', [`GOBIN=${folder}`, 'go', 'install', MODULE], options)
  return join(folder, CLI)
}
