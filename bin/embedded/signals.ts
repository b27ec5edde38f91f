const ECHO_MS = 300

/**
 * Resolves at the first Ctrl-C, SIGTERM or closed terminal; the next one ends the process at
 * once. A runner may pass on a Ctrl-C the terminal has sent us already: that echo doesn't count.
 */
export function firstSignal(log: (line: string) => void): Promise<NodeJS.Signals> {
  let first = 0
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (first === 0) {
          first = Date.now()
          resolve(signal)
        } else if (Date.now() - first > ECHO_MS) {
          log('Ended at once.')
          process.exit(130)
        }
      })
    }
  })
}
