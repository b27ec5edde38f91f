const LOG_EVERY_MS = 5_000

/** The result of `work`. While it runs, logs every 5 s what it waits for, and for how long. */
export async function reportingProgress<T>(
  what: string,
  log: (line: string) => void,
  work: Promise<T>,
): Promise<T> {
  const startedAt = Date.now()
  const timer = setInterval(() => {
    log(`${what} (${Math.round((Date.now() - startedAt) / 1000)} s) …`)
  }, LOG_EVERY_MS)
  return work.finally(() => clearInterval(timer))
}
