import { expect, test } from 'vitest'
import { CONNECTIONS, forConversations } from '../../bin/run/worker.ts'

test('whatever runs at once in a worker has a connection of its own', () => {
  const { maxConcurrentLocalActivityExecutions: local, maxConcurrentActivityTaskExecutions: own } =
    forConversations
  expect(CONNECTIONS).toBeGreaterThan(local + own)
})
