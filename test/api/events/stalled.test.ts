import { expect, test } from 'vitest'
import { Stream } from '../../../api/events/stream.ts'
import type { EventReader } from '../../../db/events/reach.ts'

/** A stream that waits for what never happens, and when it was cut. */
async function aSilentStream() {
  const cuts: number[] = []
  const cut = () => void cuts.push(performance.now())
  const asked = { tokenHash: '', reader: {} as EventReader, filters: {}, position: 1, cut }
  let isWaiting = false
  const next = () => {
    isWaiting = true
    return new Promise<null>(() => {})
  }
  const stream = new Stream(asked, { next, leave: () => {} })
  await expect.poll(() => isWaiting).toBe(true)
  return { stream, reader: stream.body.getReader(), cuts }
}

/** More than any buffer holds. */
function beatUntilFull(stream: Stream) {
  for (let times = 0; times < 10_000; times++) stream.beat()
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>, bytes: number) {
  for (let sum = 0; sum < bytes; ) sum += (await reader.read()).value?.length ?? bytes
}

test('a reader who has read a buffer full of heartbeats is not cut later', async () => {
  const { stream, reader, cuts } = await aSilentStream()
  beatUntilFull(stream)
  const firstAt = performance.now()
  await read(reader, 128 * 1024)
  beatUntilFull(stream)
  const secondAt = performance.now()
  stream.cutIfStalled(secondAt - firstAt)
  expect(cuts).toEqual([])
  stream.cutIfStalled(0)
  expect(cuts).toHaveLength(1)
})
