import { setTimeout } from 'node:timers/promises'
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker'
import type { Logger } from 'pino'

const RETRY_MS = 1_000

type Working = {
  address: string
  log: Logger
  /** Runs before each start of the worker; retried when it rejects. */
  prepare(): Promise<void>
  options: WorkerOptions
}

/**
 * Runs a worker until stopped. Waits for Temporal when it is not there yet, and starts again when
 * the worker fails. `stop` resolves once its running tasks are finished.
 */
export function keepWorking({ address, log, prepare, options }: Working) {
  let current: Worker | null = null
  let stopping = false

  async function runOnce(): Promise<void> {
    await prepare()
    const connection = await NativeConnection.connect({ address })
    try {
      current = await Worker.create({ ...options, connection })
      if (!stopping) await Promise.race([current.run(), failureOf(current)])
    } finally {
      current = null
      // Fails while a failed worker uses the connection; then it stays until the process ends.
      await connection.close().catch(() => {})
    }
  }

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        await runOnce()
      } catch (error) {
        if (stopping) return
        const cause = error instanceof Error ? error.message : String(error)
        log.warn({ cause }, 'Temporal does not answer; trying again')
        await setTimeout(RETRY_MS)
      }
    }
  }

  const running = run()
  return {
    async stop(): Promise<void> {
      stopping = true
      if (current?.getState() === 'RUNNING') current.shutdown()
      await running
    },
  }
}

/**
 * Rejects once the worker has failed, because `run` does not always end then. Never resolves for a
 * worker that stops in order: `run` does.
 */
async function failureOf(worker: Worker): Promise<never> {
  while (worker.getState() !== 'FAILED') {
    if (worker.getState() === 'STOPPED') return new Promise<never>(() => {})
    await setTimeout(RETRY_MS)
  }
  await setTimeout(3 * RETRY_MS)
  throw new Error('The worker failed')
}
