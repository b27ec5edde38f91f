import { execFile } from 'node:child_process'
import { chmodSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { StartupError } from '../startup-error.ts'

const run = promisify(execFile)

/** How to run PostgreSQL, which refuses to run as root: as which user, and through which command. */
export interface Account {
  ids: { uid: number; gid: number } | null
  through: string[]
}

/**
 * The account PostgreSQL runs as: ours, or when we are root the user `postgres`, made if missing. If
 * that user may not enter the folders on the way (root's home), it gets the right to.
 * @throws StartupError when it can't be made or can't be given the right
 */
export async function findAccount(
  dataDir: string,
  postgres: string,
  log: (line: string) => void,
): Promise<Account> {
  if (process.getuid?.() !== 0) return { ids: null, through: [] }
  const ids = await idsOfPostgres().catch(() => makePostgres(log))
  chmodSync(dataDir, statSync(dataDir).mode | 0o011)
  const plain = { ids, through: [] }
  if (await canRun(plain, dataDir, postgres)) return plain
  for (const right of ['dac_read_search', 'dac_override']) {
    const account = { ids, through: throughSetpriv(ids, right) }
    if (await canRun(account, dataDir, postgres)) return account
  }
  throw new StartupError(
    `PostgreSQL does not run as root, and the user postgres may not enter ${dataDir} or ` +
      `${dirname(postgres)}. Move Baton out of root's home, or set DATABASE_URL.`,
  )
}

/** The command as this account runs it, and the options for spawn. */
export function asAccount(account: Account, command: string, args: string[]) {
  const [first, ...rest] = [...account.through, command, ...args] as [string, ...string[]]
  const ids = account.through.length === 0 ? account.ids : null
  const env = { LC_ALL: 'C', PATH: '/usr/bin:/bin' }
  return { command: first, args: rest, options: { ...ids, env, cwd: '/' } }
}

async function canRun(account: Account, dataDir: string, postgres: string): Promise<boolean> {
  const script = 'cd "$1" && "$2" --version'
  const { command, args, options } = asAccount(account, '/bin/sh', [
    '-c',
    script,
    'sh',
    dataDir,
    postgres,
  ])
  return run(command, args, options).then(
    () => true,
    () => false,
  )
}

function throughSetpriv({ uid, gid }: { uid: number; gid: number }, right: string): string[] {
  const drop = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
  // Without this bit access(2) ignores the right, and initdb uses access(2) to find its other programs.
  const give = [`--inh-caps=+${right}`, `--ambient-caps=+${right}`, '--securebits=+no_setuid_fixup']
  return ['setpriv', ...drop, ...give]
}

async function idsOfPostgres(): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout)
  return { uid: await id('-u'), gid: await id('-g') }
}

async function makePostgres(log: (line: string) => void): Promise<{ uid: number; gid: number }> {
  log('PostgreSQL does not run as root: making the system user postgres …')
  const made = await run('useradd', ['--system', '--user-group', 'postgres']).catch(String)
  return idsOfPostgres().catch(() => {
    throw new StartupError(
      `PostgreSQL does not run as root, and the user postgres can't be made (${made}). ` +
        'Start Baton as another user, or set DATABASE_URL.',
    )
  })
}
