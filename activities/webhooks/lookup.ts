import { lookup, Resolver } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { isLoopbackName, isPublic } from './address.ts'

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

/** A host that is, or may be, of a private network: nothing was sent, and nothing will be. */
export class PrivateAddress extends Error {
  override name = 'PrivateAddress'
  readonly code = 'private_address'
}

/** @throws PrivateAddress when any of them is not public */
export function mustBePublic(addresses: Pick<Address, 'address'>[]): void {
  if (!addresses.every(({ address }) => isPublic(address))) throw new PrivateAddress()
}

type PublicLookup = { resolve: Resolve; allowPrivate: boolean; withinMs: number }

/**
 * The look-up of an HTTP agent. It resolves a name once, and the agent connects to exactly these
 * addresses: no later answer counts. It refuses a name with any address that is not public.
 */
export function publicLookup({ resolve, allowPrivate, withinMs }: PublicLookup): LookupFunction {
  return (hostname, options, done) => {
    const answer = async () => {
      const addresses = await resolve(hostname, AbortSignal.timeout(withinMs))
      if (!allowPrivate) mustBePublic(addresses)
      return addresses
    }
    answer().then(
      (addresses) => {
        if (options.all) done(null, addresses)
        else done(null, addresses[0]?.address ?? '', addresses[0]?.family)
      },
      (error) => done(error, '', 0),
    )
  }
}

/**
 * `system`: whether the operating system is asked for names that the name servers do not know.
 * `servers`: name servers to ask instead of this machine's.
 */
type Resolving = { system: boolean; servers?: string[] }

/**
 * Asks the name servers directly. The operating system's look-up has four threads for the whole
 * process: names whose servers do not answer would block all others. So `system` must be off
 * where strangers may name any host.
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

/** Asks for both families. When one has its answer, silent servers of the other are given up. */
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
