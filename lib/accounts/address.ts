/** Which network a client is in: what failed sign-ins are counted for. */
import { type BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * The subject of counting: the /24 of an IPv4 address, the /64 of an IPv6 one (what a provider gives one customer), or
 * `unknown`.
 * @param source the event's or the connection's source address
 * @param forwardedFor the values of X-Forwarded-For, which say nothing unless `source` is a trusted proxy
 */
export const networkOf = (
  source: string | undefined,
  forwardedFor: string[],
  trustedProxies: BlockList,
): string => {
  const address = clientAddress(source, forwardedFor, trustedProxies)
  if (!address) return 'unknown'
  if (isIPv4(address)) return `${address.split('.', 3).join('.')}.0/24`
  const network = groupsOf(address).slice(0, 4)
  return `${network.map((group) => group.toString(16)).join(':')}::/64`
}

/**
 * From right to left, past the trusted proxies: each appends the address from which it was reached, and what stands to the
 * left of the first stranger is whatever that stranger wrote. Where a proxy vouches for something that is no address, the
 * address is that of the proxy.
 */
const clientAddress = (source: string | undefined, forwardedFor: string[], trustedProxies: BlockList) => {
  let address = plainAddress(source)
  const hops = forwardedFor.join(',').split(',')
  while (address && trustedProxies.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')) {
    const before = plainAddress(hops.pop())
    if (!before) break
    address = before
  }
  return address
}

/** Without port, brackets and zone, which some proxies add; an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) as IPv4. */
const plainAddress = (text = ''): string | undefined => {
  const [, bracketed, dotted] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(text.trim()) ?? []
  const withZone = bracketed ?? dotted ?? text.trim()
  if (isIPv4(withZone)) return withZone
  if (!isIPv6(withZone)) return undefined
  const address = withZone.replace(/%.*/, '')
  const groups = groupsOf(address)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (!isMapped) return address
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.')
}

/** The eight groups of a valid IPv6 address. */
const groupsOf = (address: string): number[] => {
  const hex = address.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a, b, c, d) => `${(a * 256 + +b).toString(16)}:${(c * 256 + +d).toString(16)}`,
  )
  const [head = [], tail] = hex.split('::').map((part) => part.split(':').filter(Boolean))
  const gap = tail ? new Array(8 - head.length - tail.length).fill('0') : []
  return [...head, ...gap, ...(tail ?? [])].map((group) => Number.parseInt(group, 16))
}
