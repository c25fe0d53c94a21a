/** Where an instance takes calls from others, as a row of a connection names it, and which addresses may be called. */
import { type BlockList, isIP, isIPv6 } from 'node:net'

/** `path`: that of its boot, new after each start. */
export type Address = { host: string; port: number; path: string }

/** Of boots and of connections: 128 random bits in base64url. */
export const ID = '[\\w-]{22}'
const ENDPOINT = new RegExp(`^http://(?:([\\d.]+)|\\[([\\da-f.]*:[\\da-f:.]*)\\]):([1-9]\\d{0,4})(/${ID})$`)
const PORT_MAX = 65_535

export const endpointOf = ({ host, port, path }: Address): string =>
  `http://${isIPv6(host) ? `[${host}]` : host}:${port}${path}`

/**
 * Undefined unless it is an address that is allowed: a row might contain any. Never a host name, since whoever resolves it
 * would decide where the call goes.
 */
export const addressOf = (endpoint: string, allowed: BlockList): Address | undefined => {
  const [, v4, v6, digits, path = ''] = ENDPOINT.exec(endpoint) ?? []
  const [host, port] = [v4 ?? v6 ?? '', Number(digits)]
  const version = isIP(host)
  if (version === 0 || port > PORT_MAX) return undefined
  return allowed.check(host, version === 4 ? 'ipv4' : 'ipv6') ? { host, port, path } : undefined
}
