import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rootTokenIn } from '../../bin/embedded/root-token.ts'
import { readSettings, resolveSettings } from '../../bin/settings.ts'
import { temporaryFolder } from './folder.ts'

test('nothing configured means everything embedded, on the documented ports', () => {
  expect(readSettings({ PATH: '/bin' })).toMatchObject({
    ...{ port: 3000, host: '127.0.0.1', temporalPort: 7233, temporalUiPort: 8233 },
    ...{ postgresPort: 54329, temporalNamespace: 'default', logLevel: 'info' },
    retentionDays: 90,
    ...{ databaseUrl: null, temporalAddress: null, rootToken: null, demo: true },
    ...{ allowPrivateWebhooks: false, workflowStacks: false },
    dataDir: join(process.cwd(), '.baton'),
  })
})

test.each([
  [{ PORT: 'abc' }, 'PORT must be 0–65535, got "abc"'],
  [{ PORT: '65536' }, 'PORT must be 0–65535, got "65536"'],
  [{ POSTGRES_PORT: '0' }, 'POSTGRES_PORT must be 1–65535, got "0"'],
  [
    { HOST: 'a b' },
    'HOST must be an address to listen on, such as 127.0.0.1 or 0.0.0.0, got "a b"',
  ],
  [{ TEMPORAL_ADDRESS: 'localhost' }, /^TEMPORAL_ADDRESS must be host:port.*got "localhost"$/],
  [{ TEMPORAL_NAMESPACE: 'a b' }, /^TEMPORAL_NAMESPACE must be .*got "a b"$/],
  [{ BATON_DEMO: 'yes' }, 'BATON_DEMO must be 0 or 1, got "yes"'],
  [{ BATON_RETENTION_DAYS: '0' }, 'BATON_RETENTION_DAYS must be 1–36500, got "0"'],
  [{ BATON_WORKFLOW_STACKS: 'no' }, 'BATON_WORKFLOW_STACKS must be 0 or 1, got "no"'],
  [{ BATON_WEBHOOK_ALLOW_PRIVATE: 'no' }, 'BATON_WEBHOOK_ALLOW_PRIVATE must be 0 or 1, got "no"'],
  [{ BATON_LOG_LEVEL: 'loud' }, /^BATON_LOG_LEVEL must be trace, debug, info.*got "loud"$/],
])('%o is refused by name, with what is allowed', (env, message) => {
  expect(() => readSettings(env)).toThrow(message)
})

test('every wrong variable is named at once, secrets without their values', () => {
  const read = () => readSettings({ DATABASE_URL: 'mysql://me:secret@host/db', PORT: '-1' })
  expect(read).toThrow(/PORT must be/)
  expect(read).toThrow(/DATABASE_URL must be an address like postgres:/)
  expect(read).not.toThrow(/secret/)
})

test('an empty variable counts as absent', () => {
  expect(readSettings({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({ port: 3000, demo: true })
})

test('a database of its own has no demo unless asked for', () => {
  const DATABASE_URL = 'postgres://me:pw@db.example:5432/baton'
  expect(readSettings({ DATABASE_URL }).demo).toBe(false)
  expect(readSettings({ DATABASE_URL, BATON_DEMO: '1' }).demo).toBe(true)
})

test('a part alone finds what npm start has put into the data folder', () => {
  const dataDir = temporaryFolder()
  mkdirSync(join(dataDir, 'postgres'))
  writeFileSync(join(dataDir, 'postgres', 'baton-password'), 'pw')
  expect(
    resolveSettings(readSettings({ BATON_DATA_DIR: dataDir, TEMPORAL_PORT: '7777' })),
  ).toMatchObject({
    databaseUrl: 'postgres://postgres:pw@127.0.0.1:54329/baton',
    temporalAddress: '127.0.0.1:7777',
    rootToken: rootTokenIn(dataDir),
  })
})

test('a part alone without a database says what to do', () => {
  const settings = readSettings({ BATON_DATA_DIR: temporaryFolder() })
  expect(() => resolveSettings(settings)).toThrow(/Set DATABASE_URL, or run npm start/)
})

test('the root token is made once, long, and for its owner only', () => {
  const dataDir = temporaryFolder()
  const token = rootTokenIn(dataDir)
  expect(token).toMatch(/^bt_root_[\w-]{43}$/)
  expect(rootTokenIn(dataDir)).toBe(token)
  expect(readFileSync(join(dataDir, 'root-token'), 'utf8').trim()).toBe(token)
  expect(statSync(join(dataDir, 'root-token')).mode & 0o777).toBe(0o600)
})
