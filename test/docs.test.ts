import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { sources } from './harness/sources.ts'

const pages = sources('.md').filter((path) => path === 'README.md' || path.startsWith('docs/'))
const folders = readdirSync('.', { withFileTypes: true }).filter((entry) => entry.isDirectory())

/** Link targets of the page that are files of this project, as paths from its root. */
function linksIn(page: string, text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets
    .filter((target) => !/^(https?:|#)/.test(target))
    .map((target) => join(dirname(page), target.replace(/#.*/, '')))
}

/** Code spans that name a file or folder from the root, such as `db/client.ts` or `api/`. */
function pathsIn(text: string): string[] {
  const spans = [...text.matchAll(/`([\w./-]+)`/g)].map(([, span = '']) => span)
  return spans.filter((span) => folders.some(({ name }) => span.startsWith(`${name}/`)))
}

test.each(pages)('every path that %s names exists', (page) => {
  const text = readFileSync(page, 'utf8')
  const named = [...linksIn(page, text), ...pathsIn(text)]
  expect(named.filter((path) => !existsSync(path))).toEqual([])
})

test('every page of docs is in its table', () => {
  const table = readFileSync('docs/README.md', 'utf8')
  const listed = linksIn('docs/README.md', table)
  expect(pages.filter((page) => page.startsWith('docs/') && !listed.includes(page))).toEqual([
    'docs/README.md',
  ])
})
