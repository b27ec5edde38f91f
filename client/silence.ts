/** Longer than the pause between two heartbeats of a stream. */
const SILENCE_MS = 40_000

/** Passes data on, and fails after so long without any: the other side is gone, though the connection is not closed. */
export function endingWhenSilent(): TransformStream<Uint8Array, Uint8Array> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const expect = (controller: TransformStreamDefaultController<Uint8Array>) => {
    clearTimeout(timer)
    timer = setTimeout(() => controller.error(new Error('The stream is silent')), SILENCE_MS)
    unref(timer)
  }
  return new TransformStream({
    start: expect,
    transform(chunk, controller) {
      expect(controller)
      controller.enqueue(chunk)
    },
    flush: () => clearTimeout(timer),
  })
}

/** Node would wait for it; a browser's timers are numbers, and keep nothing running. */
function unref(timer: unknown): void {
  if (typeof timer === 'object') (timer as { unref(): void }).unref()
}
