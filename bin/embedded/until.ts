const EVERY_MS = 25

/** Whether `condition` came true within `withinMs`; it is asked every 25 ms. */
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
