import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from './startup-error.ts'

/**
 * Makes the data folder if it is missing and checks that it can be written; returns its real path.
 * @throws StartupError naming the folder
 */
export function openDataDir(dataDir: string): string {
  try {
    if (mkdirSync(dataDir, { recursive: true })) chmodSync(dataDir, 0o700)
    const probe = join(dataDir, `.probe-${randomBytes(6).toString('hex')}`)
    writeFileSync(probe, '')
    rmSync(probe)
    return realpathSync(dataDir)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new StartupError(
      `The data folder ${dataDir} can't be written (${code}); ` +
        'give this user the right to, or set BATON_DATA_DIR to another.',
    )
  }
}
