import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Not written by hand. */
const NOT_SOURCES = ['node_modules', 'dist', 'client/contract.ts']

/** The files of the project with these endings, by path from its root. */
export function sources(...endings: string[]): string[] {
  return filesIn('.').filter((path) => endings.some((ending) => path.endsWith(ending)))
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.') || NOT_SOURCES.includes(path)) return []
    if (entry.isDirectory()) return filesIn(path)
    return entry.isFile() ? [path] : []
  })
}

/** Every line of these files, with where it stands. */
export function linesOf(paths: string[]): { at: string; text: string }[] {
  return paths.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .map((text, index) => ({ at: `${path}:${index + 1}`, text })),
  )
}
