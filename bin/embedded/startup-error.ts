/** What a person can mend: the message says what happened, to what, and what to do next. */
export class StartupError extends Error {
  override name = 'StartupError'
}

/** The line to show a person: the message alone of a StartupError, anything else with its stack. */
export function tell(error: unknown): string {
  if (error instanceof StartupError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
