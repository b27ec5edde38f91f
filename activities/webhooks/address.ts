import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

/** Machines in Azure reach the host that they run on by this address, which looks public. */
const AZURE_HOST = '168.63.129.16'

/**
 * Whether an IP address is one of the public internet. `own`: the addresses of this machine; they
 * are refused, because more may listen there than is meant for the internet.
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

/** Whether a host name always means the machine that asks. Source: RFC 6761, section 6.3. */
export function isLoopbackName(hostname: string): boolean {
  return /(^|\.)localhost\.?$/i.test(hostname)
}

/** The IP address a URL names literally, in whatever notation; null when it has a host name. */
export function literalAddress({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return ipaddr.isValid(bare) ? bare : null
}

/** Whether a URL names an address that is not public, literally or as `localhost`. */
export function namesPrivateAddress(url: URL): boolean {
  if (isLoopbackName(url.hostname)) return true
  const address = literalAddress(url)
  return address !== null && !isPublic(address)
}
