import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { freePort } from '../../bin/embedded/ports.ts'
import { until } from '../../bin/embedded/until.ts'
import { builtOnce } from '../harness/build.ts'
import { freshDatabase } from '../harness/database.ts'
import { program } from '../harness/parts.ts'
import { temporaryFolder } from './folder.ts'

const READY_MS = 60_000

let dist: string
beforeAll(async () => {
  dist = await builtOnce()
})

test('when it is ready for the first time, demo.json is written', async () => {
  const [dataDir, port] = [temporaryFolder(), await freePort()]
  const database = await freshDatabase(1)
  onTestFinished(() => database.close())
  const env = {
    ...{ DATABASE_URL: database.url, TEMPORAL_ADDRESS: inject('temporalAddress') },
    ...{ BATON_DATA_DIR: dataDir, BATON_DEMO: '1', PORT: `${port}` },
  }
  const started = program(join(dist, 'bin/start.js'), env, join(dataDir, 'start.log'))
  onTestFinished(() => started.kill())
  await started.start()

  const seen: boolean[] = []
  const isReady = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    if (answer?.ok) seen.push(existsSync(join(dataDir, 'demo.json')))
    return seen.length > 0
  }
  expect(await until(isReady, READY_MS)).toBe(true)
  expect(seen).toEqual([true])
  expect(await started.stop()).toBe(0)
}, 90_000)
