import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('workflow code imports only types of activities: their code must not be in its bundle', () => {
  const sources = readdirSync('workflows').map((name) => readFileSync(`workflows/${name}`, 'utf8'))
  const imports = sources.flatMap((source) => source.match(/^import [^;]*?'[^']+'$/gms) ?? [])
  const ofActivities = imports.filter((one) => one.includes("'../activities/"))
  expect(ofActivities.length).toBeGreaterThan(0)
  expect(ofActivities.filter((one) => !one.startsWith('import type '))).toEqual([])
})
