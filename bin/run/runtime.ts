import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker'
import type { Logger } from 'pino'

/** Logged at every start by the worker that delivers to webhooks, which has no workflows by design. */
const EXPECTED_WARNING = 'No workflows registered, not polling for workflow tasks'

let installed = false

/** Sends Temporal's own logs to our log. Takes effect once per process, before the first worker. */
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
  // We handle signals: Temporal would end the process by the signal once its workers have stopped.
  Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: { logging: { filter, forward: {} } },
  })
}
