import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { StartupError } from '../startup-error.ts'
import { type Account, asAccount } from './account.ts'
import { PASSWORD_FILE } from './address.ts'

const NEW = 'postgres.new-'

/**
 * Makes the cluster's folder with its password if it is missing. It is made under another name and
 * then renamed, so that a folder with the final name is always complete.
 */
export async function makeCluster(
  dataDir: string,
  folder: string,
  account: Account,
  initdb: string,
  log: (line: string) => void,
): Promise<void> {
  await removeHalfMade(dataDir)
  if (await isCluster(folder)) return
  log(`PostgreSQL: making a new database in ${folder} …`)
  const making = await mkdtemp(join(dataDir, NEW))
  await writeFile(`${making}.password`, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (account.ids) await giveTo(account.ids, making, `${making}.password`)
  await runInitdb(account, initdb, making)
  await rename(`${making}.password`, join(making, PASSWORD_FILE))
  await rename(making, folder)
}

async function isCluster(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (names.length === 0) return false
  if (names.includes('PG_VERSION')) return true
  throw new StartupError(`${folder} is no PostgreSQL folder; move it away or set BATON_DATA_DIR.`)
}

async function removeHalfMade(dataDir: string): Promise<void> {
  const left = (await readdir(dataDir)).filter((name) => name.startsWith(NEW))
  // An initdb whose parent was killed may be writing.
  const options = { recursive: true, force: true, maxRetries: 10 }
  await Promise.all(left.map((name) => rm(join(dataDir, name), options)))
}

async function giveTo(ids: { uid: number; gid: number }, ...paths: string[]): Promise<void> {
  await Promise.all(paths.map((path) => chown(path, ids.uid, ids.gid)))
}

async function runInitdb(account: Account, initdb: string, folder: string): Promise<void> {
  const { command, args, options } = asAccount(account, initdb, [
    `--pgdata=${folder}`,
    `--pwfile=${folder}.password`,
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorts and compares the same on every machine.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ])
  await promisify(execFile)(command, args, options).catch((error) => {
    throw new StartupError(
      `PostgreSQL can't make its folder in ${folder}: ${error.stderr || error}`,
    )
  })
}
