import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../bin/embedded/ports.ts'
import { type EmbeddedTemporal, startTemporal } from '../../bin/embedded/temporal/server.ts'
import { type TestApi, testApi } from '../harness/api.ts'
import { kindOf, offersIn, settlementsIn, shiftChangeEndIn } from '../harness/history.ts'
import { aWorkspace } from '../harness/workspace.ts'
import { lives } from '../replay/lives.ts'
import { queueLives } from '../replay/queue-lives.ts'
import { recordHistory, runsOf } from '../replay/recording.ts'
import { shiftChangeLives } from '../replay/shift-change-lives.ts'

const CONTINUE_AFTER_EVENTS = 14
let api: TestApi
let impatient: { temporal: EmbeddedTemporal; dataDir: string; api: TestApi }

beforeAll(async () => {
  api = await testApi()
  const dataDir = await mkdtemp(join(tmpdir(), 'baton-impatient-'))
  const temporal = await startTemporal({
    dataDir,
    cacheDir: resolve('node_modules/.cache/baton'),
    port: await freePort(),
    uiPort: null,
    namespace: 'default',
    dbFilename: null,
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': CONTINUE_AFTER_EVENTS },
    log: () => {},
  })
  const impatientApi = await testApi({ temporalAddress: temporal.address })
  impatient = { temporal, dataDir, api: impatientApi }
})

afterAll(async () => {
  await api.close()
  await impatient.api.close()
  await impatient.temporal.stop()
  await rm(impatient.dataDir, { recursive: true })
})

test.each(Object.entries(lives))('%s', { timeout: 40_000 }, async (name, life) => {
  const on = life.onImpatientTemporal ? impatient.api : api
  const id = await life.drive(on, await aWorkspace(on))
  const runs = await runsOf(on, `conversation/${id}`, life.runs.length)
  expect(runs.map(settlementsIn)).toEqual(life.runs)
  if (process.env.BATON_RECORD) await recordHistory(name, runs)
})

test.concurrent.each(Object.entries(queueLives))(
  '%s',
  { timeout: 60_000 },
  async (name, { drive, offers }) => {
    const teamspaceId = await drive(api, await aWorkspace(api))
    const runs = await runsOf(api, `queue/${teamspaceId}`, 1)
    expect(offersIn(runs)).toEqual(offers)
    // A late wake begins a run of its own, in which nothing waits.
    if (process.env.BATON_RECORD) await recordHistory(name, runs.slice(0, 1))
  },
)

test.concurrent.each(Object.entries(shiftChangeLives))(
  '%s',
  { timeout: 40_000 },
  async (name, { drive, ended }) => {
    const runs = await runsOf(api, `handover/${await drive(api, await aWorkspace(api))}`, 1)
    expect(runs.map(shiftChangeEndIn)).toEqual([ended])
    if (process.env.BATON_RECORD) await recordHistory(name, runs)
  },
)

test.concurrent('a queue that is continued as new serves what is left', {
  timeout: 40_000,
}, async () => {
  const { drive, offers } = queueLives['queue-drained'] as (typeof queueLives)[string]
  const teamspaceId = await drive(impatient.api, await aWorkspace(impatient.api))
  const runs = await runsOf(impatient.api, `queue/${teamspaceId}`, 2)
  expect(offersIn(runs)).toEqual(offers)
  const last = runs[0]?.events?.at(-1)
  expect(last && kindOf(last)).toBe('workflowExecutionContinuedAsNew')
})
