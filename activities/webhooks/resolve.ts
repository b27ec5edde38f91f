import { lookup, Resolver } from 'node:dns/promises'
import { isLoopbackName } from './address.ts'

export type Address = { address: string; family: number }
/** The addresses of a name, at least one. Rejects with the resolver's error, also once aborted. */
export type Resolve = (hostname: string, signal: AbortSignal) => Promise<Address[]>

const ANSWER_WITHIN_MS = 3_000
/** How much longer than for the first family of addresses it waits for the other. */
const OTHER_FAMILY_MS = 300

const LOOPBACK: Address[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

/** `system`: what name servers do not know, the system is asked. `servers`: others than its own. */
type Resolving = { system: boolean; servers?: string[] }

/**
 * Asks the name servers without the four threads that the system's own look-up shares: names
 * whose servers do not answer would keep all others waiting. So who may name any host must not
 * have the system asked.
 */
export function createResolve({ system, servers }: Resolving): Resolve {
  return async (hostname, signal) => {
    if (isLoopbackName(hostname)) return LOOPBACK
    const resolver = new Resolver({ timeout: ANSWER_WITHIN_MS, tries: 2 })
    if (servers) resolver.setServers(servers)
    const asked = await askBoth(resolver, hostname, signal)
    const found = asked.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (found.length > 0) return found
    const reasons = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    const silent = reasons.find(({ code }) => code === 'ETIMEOUT' || code === 'ECANCELLED')
    if (silent || !system) throw silent ?? reasons[0]
    return lookup(hostname, { all: true })
  }
}

/** Both families; of one whose servers are silent nothing, when the other has answered. */
async function askBoth(resolver: Resolver, hostname: string, signal: AbortSignal) {
  const cancel = () => resolver.cancel()
  const of = (family: number) => (all: string[]) => all.map((address) => ({ address, family }))
  let timer: NodeJS.Timeout | undefined
  const goOnSoon = <T>(found: T) => {
    timer ??= setTimeout(cancel, OTHER_FAMILY_MS)
    return found
  }
  signal.addEventListener('abort', cancel)
  const asked = await Promise.allSettled([
    resolver.resolve4(hostname).then(of(4)).then(goOnSoon),
    resolver.resolve6(hostname).then(of(6)).then(goOnSoon),
  ])
  signal.removeEventListener('abort', cancel)
  clearTimeout(timer)
  return asked
}
