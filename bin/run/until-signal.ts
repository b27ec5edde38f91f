import { setTimeout } from 'node:timers/promises'
import { firstSignal } from '../embedded/signals.ts'

/** Even if something hangs: `docker stop` kills after 10 s. */
const STOP_WITHIN_MS = 7_500

/** Runs until SIGTERM or SIGINT, then stops in order and exits. */
export async function untilSignal(running: { stop(): Promise<void> }): Promise<never> {
  await firstSignal()
  await Promise.race([running.stop(), setTimeout(STOP_WITHIN_MS)])
  process.exit(0)
}
