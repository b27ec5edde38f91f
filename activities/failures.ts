import { ApplicationFailure } from '@temporalio/activity'
import { describeDatabaseError } from '../db/errors.ts'

/**
 * The failure with which an activity asks to be tried again. It names the code only: a query's
 * message repeats its parameters, and failures are kept in the workflow's history.
 */
export function databaseTrouble(error: unknown): ApplicationFailure {
  return ApplicationFailure.create({
    message: `The database could not carry it out: ${describeDatabaseError(error)}`,
    type: 'DatabaseTrouble',
  })
}

/** Where an error came from, without its message, which may repeat what was said. */
export function stackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .join('\n')
}
