import { lookup, Resolver } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { isPublic } from '../../api/webhooks/address.ts'

export type Address = { address: string; family: number }
export type Resolve = (hostname: string) => Promise<Address[]>

const ANSWER_WITHIN_MS = 3_000

/** A host that is, or may be, of a private network: nothing was sent, and nothing will be. */
export class PrivateAddress extends Error {
  override name = 'PrivateAddress'
  readonly code = 'private_address'
}

/**
 * For what connects: resolves a name once and has exactly these addresses connected to, so that
 * no later answer counts. Refuses a name with any address that is not public.
 */
export function publicLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (hostname, options, done) => {
    const answer = async () => {
      const addresses = await resolve(hostname)
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

/** @throws PrivateAddress when any of them is not public */
export function mustBePublic(addresses: Pick<Address, 'address'>[]): void {
  if (!addresses.every(({ address }) => isPublic(address))) throw new PrivateAddress()
}

/**
 * Asks the name servers without the four threads that the system's own look-up shares: names
 * whose servers do not answer would keep all others waiting. What only the system knows, such as
 * `localhost`, it is asked for.
 */
export const resolveHost: Resolve = async (hostname) => {
  const resolver = new Resolver({ timeout: ANSWER_WITHIN_MS, tries: 2 })
  const asked = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  const found = asked.flatMap((answer, index) =>
    answer.status === 'fulfilled'
      ? answer.value.map((address) => ({ address, family: index === 0 ? 4 : 6 }))
      : [],
  )
  if (found.length > 0) return found
  const silent = asked.find((one) => one.status === 'rejected' && one.reason.code === 'ETIMEOUT')
  if (silent?.status === 'rejected') throw silent.reason
  return lookup(hostname, { all: true })
}
