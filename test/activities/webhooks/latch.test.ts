import { expect, test } from 'vitest'
import { Latch } from '../../../activities/webhooks/latch.ts'

const LONG_MS = 60_000
const SHORT_MS = 50

/** That it is closed: a wait lasts as long as it may. */
async function expectClosed(latch: Latch): Promise<void> {
  const began = performance.now()
  await latch.wait(SHORT_MS)
  expect(performance.now() - began).toBeGreaterThanOrEqual(SHORT_MS - 1)
}

test('opened while nobody waits, it ends the next wait at once, and only that', async () => {
  const latch = new Latch()
  latch.open()
  latch.open()
  await latch.wait(LONG_MS)
  await expectClosed(latch)
})

test('a wait ends when the latch is opened, and leaves it closed', async () => {
  const latch = new Latch()
  const waiting = latch.wait(LONG_MS)
  latch.open()
  await waiting
  await expectClosed(latch)
})
