import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { StartupError } from './startup-error.ts'

/** A port that will be listened on, and the variable that sets it. */
export interface WantedPort {
  port: number
  variable: string
  host?: string
}

// Below the ports that the system gives to outgoing connections: one of those could take it before us.
const LOWEST_FREE = 15_000
const HIGHEST_FREE = 30_000
const given = new Set<number>()

/**
 * Resolves when each of these ports can be listened on. 0 means any free one.
 * @throws StartupError naming the port and its variable
 */
export async function requireFreePorts(...wanted: WantedPort[]): Promise<void> {
  const seen = new Map<number, string>()
  for (const { port, variable, host } of wanted) {
    if (port === 0) continue
    const other = seen.get(port)
    if (other)
      throw new StartupError(`${other} and ${variable} are both ${port}; set one to another.`)
    seen.set(port, variable)
    const code = await listenOnce(port, host ?? '127.0.0.1')
    if (code) throw new StartupError(whyNot(code, port, variable, host))
  }
}

/** A port of 127.0.0.1 nobody listens on right now, another one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST_FREE, HIGHEST_FREE)
    if (given.has(port) || (await listenOnce(port, '127.0.0.1'))) continue
    given.add(port)
    return port
  }
}

/** null when listening works, else the system's error code. */
function listenOnce(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)))
  })
}

function whyNot(code: string, port: number, variable: string, host?: string): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken; set ${variable} to another or stop what uses it.`
  if (code === 'EACCES')
    return `Port ${port} may not be opened by this user; set ${variable} to one above 1023.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST ${host} is no address of this machine; set HOST to 127.0.0.1 or 0.0.0.0.`
  return `Port ${port} can't be opened (${code}); set ${variable} to another.`
}
