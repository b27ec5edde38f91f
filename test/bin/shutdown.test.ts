import { expect, test } from 'vitest'
import { createShutdown } from '../../bin/embedded/shutdown.ts'

test('what came last stops first, each after the other, once', async () => {
  const stopped: string[] = []
  const shutdown = createShutdown(() => {})
  for (const name of ['PostgreSQL', 'Temporal', 'the worker', 'the API']) {
    await shutdown.add(name, Promise.resolve({ stop: async () => void stopped.push(name) }))
  }
  await Promise.all([shutdown.run(), shutdown.run()])
  expect(stopped).toEqual(['the API', 'the worker', 'Temporal', 'PostgreSQL'])
})

test('what failed to start or to stop holds nothing up', async () => {
  const said: string[] = []
  const shutdown = createShutdown((line) => said.push(line))
  const stopped: string[] = []
  await shutdown.add(
    'PostgreSQL',
    Promise.resolve({ stop: async () => void stopped.push('PostgreSQL') }),
  )
  await shutdown.add('Temporal', Promise.reject(new Error('no port'))).catch(() => {})
  await shutdown.add('the API', Promise.resolve({ stop: () => Promise.reject(new Error('stuck')) }))
  await shutdown.run()
  expect(stopped).toEqual(['PostgreSQL'])
  expect(said.join('\n')).toMatch(/the API: .*stuck/)
})
