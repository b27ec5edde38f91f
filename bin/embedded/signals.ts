/**
 * Resolves at the first Ctrl-C, SIGTERM or closed terminal. Later ones are ignored: npm
 * sends the signal a second time, and the process is stopping anyway.
 */
export function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve)
  })
}
