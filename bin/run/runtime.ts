import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker'
import type { Logger } from 'pino'

/** Said at every start by the worker that delivers to webhooks, which is meant to run none. */
const EXPECTED_WARNING = 'No workflows registered, not polling for workflow tasks'

let installed = false

/** Sends what Temporal's own code logs where ours goes. Once per process, before the first worker. */
export function logThrough(log: Logger): void {
  if (installed) return
  installed = true
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    if (message === EXPECTED_WARNING) return
    const { sdkComponent, error } = (meta ?? {}) as { sdkComponent?: string; error?: Error }
    const cause = error?.name
    log[level === 'ERROR' ? 'error' : 'warn']({ sdkComponent, cause }, message)
  })
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' })
  // Signals are ours: it would end the process by the signal once its workers have stopped.
  Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: { logging: { filter, forward: {} } },
  })
}
