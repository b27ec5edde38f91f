import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from '../startup-error.ts'

export const DATABASE = 'baton'
export const PASSWORD_FILE = 'baton-password'

/**
 * The address of the embedded PostgreSQL whose cluster is in this data folder, running or not.
 * @throws StartupError when there is none
 */
export function databaseUrlIn(dataDir: string, port: number): string {
  const file = join(dataDir, 'postgres', PASSWORD_FILE)
  try {
    return `postgres://postgres:${readFileSync(file, 'utf8').trim()}@127.0.0.1:${port}/${DATABASE}`
  } catch (error) {
    throw new StartupError(
      `There is no embedded PostgreSQL to use: ${file} can't be read ` +
        `(${(error as NodeJS.ErrnoException).code}). Set DATABASE_URL, or run npm start.`,
    )
  }
}
