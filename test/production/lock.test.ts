import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Package = { optionalDependencies?: Record<string, string> }

const { packages }: { packages: Record<string, Package> } = JSON.parse(
  readFileSync('package-lock.json', 'utf8'),
)

test('the lock knows the packages of every platform, or npm ci refuses it', () => {
  const wanted = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ path, name })),
  )
  const missing = wanted.filter(({ path, name }) => !isFound(path, name))
  expect(missing.map(({ name }) => name)).toEqual([])
})

/** Whether a package at this path would find one of this name, as Node looks for it. */
function isFound(path: string, name: string): boolean {
  if (packages[`${path ? `${path}/` : ''}node_modules/${name}`]) return true
  return (
    path !== '' && isFound(path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))), name)
  )
}
