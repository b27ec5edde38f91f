import { ApplicationFailure } from '@temporalio/activity'
import { describeDatabaseError } from '../db/errors.ts'
import { EngineUnavailable } from '../engine/signal.ts'

/**
 * The failure with which an activity asks to be tried again. It names the code only: a query's
 * message repeats its parameters, and failures are kept in the workflow's history.
 */
export function retryableFailure(error: unknown): ApplicationFailure {
  return ApplicationFailure.create({
    message: `The database could not carry it out: ${describeDatabaseError(error)}`,
    type: 'DatabaseTrouble',
  })
}

/** Runs what may fail for a while; whatever it rejects with asks to be tried again, in words that repeat no parameters. */
export async function orTryAgain<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw retryableFailure(error)
    throw ApplicationFailure.create({ message: error.message, type: error.name })
  }
}
