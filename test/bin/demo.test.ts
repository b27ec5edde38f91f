import {
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeDemo } from '../../bin/demo.ts'
import { hashToken } from '../../db/ids.ts'
import { createDemoWorkspace } from '../../db/people/demo.ts'
import { findPrincipalByToken } from '../../db/people/principals.ts'
import { workspaces } from '../../db/schema.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'

let database: FreshDatabase
let dataDir: string
let settings: { dataDir: string; databaseUrl: string; rootToken: string }
beforeEach(async () => {
  database = await freshDatabase(2)
  dataDir = mkdtempSync(join(tmpdir(), 'baton-demo-'))
  settings = { dataDir, databaseUrl: database.url, rootToken: 'bt_root_x' }
})
afterEach(async () => {
  await database.close()
  rmSync(dataDir, { recursive: true })
})

const file = () => join(dataDir, 'demo.json')
const kept = () => JSON.parse(readFileSync(file(), 'utf8'))
const bearer = (token: string) => findPrincipalByToken(database.client.db, hashToken(token))
const count = async () => (await database.client.db.select().from(workspaces)).length

test('an empty database gets a demo whose tokens are in demo.json', async () => {
  const demo = await makeDemo(settings)
  expect(kept()).toEqual(demo)
  expect(Object.keys(kept())).toEqual(['rootToken', 'apiKey', 'aiAgent', 'users', 'teams'])
  expect(statSync(file()).mode & 0o777).toBe(0o600)
  expect(await bearer(kept().apiKey)).toMatchObject({ type: 'api_key' })
  const { aiAgent, users, teams } = kept()
  expect(await bearer(aiAgent.token)).toMatchObject({ type: 'ai_agent', id: aiAgent.id })
  for (const { id, name, token } of users) {
    expect(await bearer(token)).toMatchObject({ type: 'user', id, name })
  }
  expect(await bearer(users[0].token)).toMatchObject({ isAdmin: true })
  expect(teams.map((team: { name: string }) => team.name)).toEqual(['Support', 'Billing'])
})

test('starting again gives the same demo, with the present root token', async () => {
  const first = await makeDemo(settings)
  expect(await makeDemo(settings)).toEqual(first)
  const again = await makeDemo({ ...settings, rootToken: 'bt_root_y' })
  expect(again).toEqual({ ...first, rootToken: 'bt_root_y' })
  expect(kept()).toEqual(again)
  expect(await count()).toBe(1)
})

test('a start that was killed right after the commit is finished by the next', async () => {
  const demo = await makeDemo(settings)
  renameSync(file(), `${file()}.tmp`)
  expect(await makeDemo(settings)).toEqual(demo)
  expect(kept()).toEqual(demo)
  expect(await count()).toBe(1)
})

test('a start that was killed before the commit leaves nothing', async () => {
  const { db } = database.client
  const rolledBack = db.transaction(async (tx) => {
    const made = { rootToken: 'bt_root_x', ...(await createDemoWorkspace(tx)) }
    writeFileSync(`${file()}.tmp`, JSON.stringify(made))
    throw new Error('killed')
  })
  await expect(rolledBack).rejects.toThrow('killed')
  const demo = await makeDemo(settings)
  expect(await bearer(demo?.apiKey ?? '')).toMatchObject({ type: 'api_key' })
  expect(kept()).toEqual(demo)
})

test('a database with workspaces and no demo.json of its own has no demo', async () => {
  await makeDemo(settings)
  const text = readFileSync(file(), 'utf8')
  unlinkSync(file())
  expect(await makeDemo(settings)).toBeNull()
  writeFileSync(file(), text.replaceAll(/bt_(user|ai|key)_/g, 'bt_$1_x'))
  expect(await makeDemo(settings)).toBeNull()
  writeFileSync(file(), 'null')
  expect(await makeDemo(settings)).toBeNull()
  expect(await count()).toBe(1)
})

test('of two starts at once on one database, one makes the demo', async () => {
  const other = mkdtempSync(join(tmpdir(), 'baton-demo-'))
  const demos = await Promise.all([makeDemo(settings), makeDemo({ ...settings, dataDir: other })])
  expect(demos.filter(Boolean)).toHaveLength(1)
  expect(await count()).toBe(1)
  rmSync(other, { recursive: true })
})
