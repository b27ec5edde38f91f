/**
 * Resolves at the first Ctrl-C, SIGTERM or closed terminal. Those that follow are ignored: npm
 * passes on what its process group was sent already, and the end is near anyway.
 */
export function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve)
  })
}
