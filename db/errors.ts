/**
 * SQLSTATEs worth another try: serialization, deadlock, lock time-out, shutdown, resources, a plan
 * that a migration made stale, and 25P02: a statement before it failed, whose error was not seen.
 */
const RETRYABLE = /^(08...|40001|40P01|55P03|57P..|57014|53...|58...|25P03|25P02|0A000)$/
const DRIVER_CODES = new Set([
  'CONNECT_TIMEOUT',
  'CONNECTION_SILENT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ENOENT',
])

/** The SQLSTATE or driver code of a failed query, however deep it is wrapped; undefined for other errors. */
export function databaseCode(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code
    if (at instanceof AggregateError && at.errors.length > 0) return databaseCode(at.errors[0])
  }
  return undefined
}

/** Whether the database is out of reach or asks to try again: nothing is wrong with what was asked. */
export function isTransientError(error: unknown): boolean {
  const code = databaseCode(error)
  return code !== undefined && (DRIVER_CODES.has(code) || RETRYABLE.test(code))
}

/** Whether nothing came of a query that was sent: the database may be frozen, or out of reach. */
export function isSilence(error: unknown): boolean {
  return databaseCode(error) === 'CONNECTION_SILENT'
}

/**
 * What may be said of a failed query in a log or in the engine: its code and constraint, never
 * its message, which repeats the parameters.
 */
export function describeDatabaseError(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('constraint_name' in at && at.constraint_name) {
      return `${databaseCode(error)} on ${String(at.constraint_name)}`
    }
  }
  return databaseCode(error) ?? (error instanceof Error ? error.name : 'unknown error')
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
