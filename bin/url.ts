/** The URL of a server of ours: an IPv6 address stands in brackets (RFC 3986, section 3.2.2). */
export const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`
