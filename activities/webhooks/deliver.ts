import { Context } from '@temporalio/activity'
import type { Logger } from 'pino'
import { describeDatabaseError, isTransientError, stackOf } from '../../db/errors.ts'
import { orTryAgain } from '../failures.ts'
import { Drain, type DrainDeps, type Drained } from './drain.ts'

/**
 * The activity that drains the deliveries of a webhook: for most of an hour, or until there is
 * nothing to do, or the worker stops. It keeps its state in the table: a retry just goes on.
 */
export function createDeliverTo(deps: DrainDeps) {
  const logBug = createBugLog(deps.log)
  return (webhookId: string): Promise<Drained> =>
    orTryAgain(async () => {
      const context = Context.current()
      const heartbeat = (counts: object) => context.heartbeat(counts)
      try {
        const stop = context.cancellationSignal
        return await new Drain(deps, webhookId, { heartbeat, stop }).run()
      } catch (error) {
        if (!isTransientError(error)) logBug(webhookId, error)
        throw error
      }
    })
}

/** Logs each bug once: every webhook may meet it, every few seconds. */
function createBugLog(log: Logger) {
  const logged = new Set<string>()
  return (webhookId: string, error: unknown): void => {
    const stack = stackOf(error)
    if (logged.has(stack)) return
    logged.add(stack)
    log.error({ webhookId, stack }, `delivering failed: ${describeDatabaseError(error)}`)
  }
}
