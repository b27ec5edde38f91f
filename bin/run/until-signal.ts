/** Runs until SIGTERM or SIGINT, then stops in order and exits. */
export async function untilSignal(running: { stop(): Promise<void> }): Promise<never> {
  await new Promise((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  await running.stop()
  process.exit(0)
}
