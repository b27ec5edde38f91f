import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

/** By which machines in Azure reach the host they run on; it looks like any other. */
const AZURE_HOST = '168.63.129.16'

/**
 * Whether an IP address is one of the public internet, and nothing that leads elsewhere. `own`:
 * those of this machine, on which more may listen than is meant for the internet.
 */
export function isPublic(address: string, own: string[] = ownAddresses()): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  const refused = [AZURE_HOST, ...own].map((one) => ipaddr.parse(one).toNormalizedString())
  if (refused.includes(parsed.toNormalizedString())) return false
  return parsed instanceof ipaddr.IPv4 || (parsed as ipaddr.IPv6).match(GLOBAL_UNICAST)
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? [])
  return all.map(({ address }) => address).filter((address) => ipaddr.isValid(address))
}

/** The IP address a URL names literally, in whatever notation; null when it has a host name. */
export function literalAddress({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return ipaddr.isValid(bare) ? bare : null
}

/** Whether a URL names, literally, an address that is not public. */
export function namesPrivateAddress(url: URL): boolean {
  const address = literalAddress(url)
  return address !== null && !isPublic(address)
}
