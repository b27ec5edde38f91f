const TELL_EVERY_MS = 5_000

/** What comes of `work`; while it takes, says every 5 s what is waited for and how long already. */
export async function still<T>(
  what: string,
  log: (line: string) => void,
  work: Promise<T>,
): Promise<T> {
  const since = Date.now()
  const telling = setInterval(() => {
    log(`${what} (${Math.round((Date.now() - since) / 1000)} s) …`)
  }, TELL_EVERY_MS)
  return work.finally(() => clearInterval(telling))
}
