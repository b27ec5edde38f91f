const EVERY_MS = 25

/** Whether `condition` became true within `withinMs`; checked every 25 ms. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<boolean> {
  const deadline = Date.now() + withinMs
  for (;;) {
    if (await condition()) return true
    if (Date.now() >= deadline) return false
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
  }
}

/**
 * Waits for a program: `ready`, `ended` when it ended before that, or `late` when neither happened
 * within `withinMs`.
 */
export async function untilEither(
  ended: Promise<string>,
  ready: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<'ready' | 'ended' | 'late'> {
  let over = false
  void ended.then(() => {
    over = true
  })
  const came = await until(async () => over || (await ready()), withinMs)
  if (over) return 'ended'
  return came ? 'ready' : 'late'
}
