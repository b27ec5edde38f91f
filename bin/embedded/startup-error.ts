/** Trouble a person can mend: the message says what happened, to what and what to do next. */
export class Trouble extends Error {
  override name = 'Trouble'
}

/** The line to show a person: a Trouble's message alone, anything else with its stack. */
export function tell(error: unknown): string {
  if (error instanceof Trouble) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
