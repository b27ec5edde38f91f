import { createRequire } from 'node:module'
import { join } from 'node:path'
import { CLI_VERSION } from './cli.ts'
import type { Fetch } from './fetch.ts'
import { runProgram } from './run-program.ts'

const WITHIN_MS = 60_000

// The SDK only downloads in order to start a server, has no time limit, and keeps its native
// runtime for the life of the process: hence in one of its own.
const script = `
  const [testing, downloadDir, version] = process.argv.slice(1)
  const executable = { type: 'cached-download', downloadDir, version }
  require(testing).TestWorkflowEnvironment.createLocal({ server: { executable } })
    .then((server) => server.teardown())
    .catch((error) => { console.error(error.message.split(': ').slice(1, 3).join(': ')); process.exit(1) })
`

/** The official download, as Temporal's TypeScript SDK does it for tests; at most 60 s. */
export const fromTemporal: Fetch = async (folder, log) => {
  const testing = createRequire(import.meta.url).resolve('@temporalio/testing')
  const version = `v${CLI_VERSION}`
  await runProgram(process.execPath, ['-e', script, testing, folder, version], {
    withinMs: WITHIN_MS,
    log,
  })
  return join(folder, `temporal-${version}`)
}
