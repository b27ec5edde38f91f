import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from './startup-error.ts'

/**
 * The root token kept in this data folder, made there the first time. Two that start at once get
 * the same one.
 * @throws StartupError when the folder can't be written or the token read
 */
export function rootTokenIn(dataDir: string): string {
  const file = join(dataDir, 'root-token')
  try {
    const token = read(file) ?? make(dataDir, file)
    if (token) return token
  } catch (error) {
    throw new StartupError(
      `The root token in ${file} can't be kept: ${error}. Set BATON_ROOT_TOKEN.`,
    )
  }
  throw new StartupError(`${file} is empty; remove it to have a root token made.`)
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function make(dataDir: string, file: string): string | null {
  mkdirSync(dataDir, { recursive: true })
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, `bt_root_${randomBytes(32).toString('base64url')}\n`, {
    mode: 0o600,
    flush: true,
  })
  try {
    // Unlike rename, link never replaces a token that another process has just made.
    linkSync(temporary, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(temporary, { force: true })
  }
  return read(file)
}
