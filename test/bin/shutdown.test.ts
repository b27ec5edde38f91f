import { expect, test } from 'vitest'
import { createShutdown } from '../../bin/embedded/shutdown.ts'

test('the part added last stops first, one after the other, once', async () => {
  const stopped: string[] = []
  const shutdown = createShutdown(() => {})
  for (const name of ['PostgreSQL', 'Temporal', 'the worker', 'the API']) {
    await shutdown.add(name, Promise.resolve({ stop: async () => void stopped.push(name) }))
  }
  await Promise.all([shutdown.run(), shutdown.run()])
  expect(stopped).toEqual(['the API', 'the worker', 'Temporal', 'PostgreSQL'])
})

test('a part that failed to start or stop delays nothing', async () => {
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
