/**
 * What serverless-offline hides from a function, or accepts although `npm run serve` does not: repeated headers, the bytes
 * of a body, a slash at the end of a path, a client that does not finish its request. Corrected here; what cannot be is
 * listed in docs/emulator.md.
 */
import type { IncomingMessage, Server } from 'node:http'
import { Fault } from '../../lib/errors.ts'
import type { HttpResponse } from '../../lib/http/exchange.ts'

/** The part of hapi, on which serverless-offline is built, that is used here. */
export type Hapi = {
  listener: Server
  ext: (event: 'onRequest' | 'onPreHandler', method: (request: Request, toolkit: Toolkit) => unknown) => void
}
type Request = { raw: { req: IncomingMessage }; headers: Record<string, unknown>; payload: unknown }
type Toolkit = { continue: symbol; response: (body: string) => Response }
type Response = {
  code: (status: number) => Response
  header: (name: string, value: string) => Response
  takeover: () => Response
}
type Fields = Record<string, unknown>

/** Carries the bytes of a body, in base64, from hapi's request to the event that is made from it. */
const BODY = 'x-emulator-body'

/** As in `npm run serve`, but checked only every 30 s: that interval cannot be changed once a server listens. */
const LIMITS = { headersTimeout: 5_000, requestTimeout: 10_000 }

/** @param refuse makes an error reply in the service's format */
export const passUnchanged = (hapi: Hapi, refuse: (event: Fields, fault: Fault) => HttpResponse): void => {
  Object.assign(hapi.listener, LIMITS)
  hapi.ext('onRequest', ({ raw: { req }, headers }, toolkit) => {
    const fault = faultOf(req)
    req.rawHeaders = joined(req.rawHeaders)
    if (!fault) return toolkit.continue
    const { body, statusCode, headers: more } = refuse({ headers }, fault)
    const response = toolkit.response(body).code(statusCode)
    for (const [name, value] of Object.entries(more)) response.header(name, value)
    return response.takeover()
  })
  hapi.ext('onPreHandler', ({ raw: { req }, payload }, toolkit) => {
    // Of headers with one name the last counts: a client cannot forge this one.
    if (Buffer.isBuffer(payload)) req.rawHeaders.push(BODY, payload.toString('base64'))
    return toolkit.continue
  })
}

/** The event as a gateway makes it: the body as it was sent. A frame of a connection is: it has no headers. */
export const eventAsSent = (event: Fields): Fields => {
  if (!event['headers']) return event
  const { [BODY]: body, ...headers } = event['headers'] as Fields
  return { ...event, headers, ...(body !== undefined && { body, isBase64Encoded: true }) }
}

/** Repeated headers, as an HTTP API joins them. */
const joined = (raw: string[]): string[] => {
  const values = new Map<string, string>()
  for (let index = 0; index < raw.length; index += 2) {
    const [name, value] = [String(raw[index]).toLowerCase(), String(raw[index + 1])]
    const before = values.get(name)
    values.set(name, before === undefined ? value : `${before},${value}`)
  }
  return [...values].flat()
}

const faultOf = ({ url, rawHeaders }: IncomingMessage): Fault | undefined => {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name))
  if (hosts.length > 1) return new Fault('malformed_request', `${hosts.length} Host headers`)
  return hasTrailingSlash(String(url)) ? new Fault('not_found', 'no such path') : undefined
}

/** A proxy may send the absolute form of the address (RFC 9112, 3.2.2). */
const hasTrailingSlash = (url: string) => {
  const [path = ''] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?')
  return path !== '/' && path.endsWith('/')
}
