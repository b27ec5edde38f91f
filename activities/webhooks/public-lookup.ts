import type { LookupFunction } from 'node:net'
import { isPublic } from './address.ts'
import type { Address, Resolve } from './resolve.ts'

/** A host that is, or may be, of a private network: nothing was sent, and nothing will be. */
export class PrivateAddress extends Error {
  override name = 'PrivateAddress'
  readonly code = 'private_address'
}

type Looking = { resolve: Resolve; allowPrivate: boolean; withinMs: number }

/**
 * For what connects: resolves a name once, for so long at most, and has exactly these addresses
 * connected to, so that no later answer counts. Refuses a name with any address that is not public.
 */
export function publicLookup({ resolve, allowPrivate, withinMs }: Looking): LookupFunction {
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

/** @throws PrivateAddress when any of them is not public */
export function mustBePublic(addresses: Pick<Address, 'address'>[]): void {
  if (!addresses.every(({ address }) => isPublic(address))) throw new PrivateAddress()
}
