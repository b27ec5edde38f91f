/** Longer than the pause between two heartbeats of a stream. */
const SILENCE_MS = 40_000

/** Passes on what comes, and fails once nothing came for so long: the other side is gone, without a word. */
export function endingWhenSilent(): TransformStream<Uint8Array, Uint8Array> {
  let timer: NodeJS.Timeout | undefined
  const expect = (controller: TransformStreamDefaultController<Uint8Array>) => {
    clearTimeout(timer)
    timer = setTimeout(() => controller.error(new Error('The stream is silent')), SILENCE_MS)
    timer.unref()
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
