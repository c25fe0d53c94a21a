/** Which handler answers a request, and the reply if there is none. */
import type { IncomingMessage } from 'node:http'
import { Fault } from '../errors.ts'
import { BODY_MAX_BYTES } from './body.ts'
import { type Cors, preflightHeaders } from './cors.ts'
import type { Handler } from './endpoint.ts'
import { Exchange, type HttpResponse, type Recorder } from './exchange.ts'
import { readIncoming, requireOneHost } from './incoming.ts'
import { pathTemplate } from './path.ts'
import { NO_BODY } from './request.ts'

export type Routes = (message: IncomingMessage, body: Buffer | 'too large') => Promise<HttpResponse>

export const routesTo = (handlers: Handler[], cors: Cors, recorder: Recorder): Routes => {
  const routes = handlers.map(routeOf)
  return async (message, body) => {
    const request = readIncoming(message, body === 'too large' ? NO_BODY : body)
    try {
      requireOneHost(message, request)
      if (body === 'too large') throw new Fault('body_too_large', `more than ${BODY_MAX_BYTES} bytes`)
      const { handler, methods } = find(routes, request.rawPath, request.method)
      if (handler) return await handler.answer(request)
      const { origin } = message.headers
      const headers = request.method === 'OPTIONS' && preflightHeaders(cors, origin, methods)
      if (headers) return new Exchange(request, 'preflight', undefined, recorder).succeed({ headers })
      throw new Fault('method_not_allowed', String(request.method), {
        headers: { allow: methods.join(', ') },
      })
    } catch (error) {
      return new Exchange(request, 'none', undefined, recorder).fail(error)
    }
  }
}

const routeOf = (handler: Handler) => ({
  handler,
  method: handler.contract.method,
  match: pathTemplate(handler.contract.path).match,
})

/** @throws Fault `not_found` */
const find = (routes: ReturnType<typeof routeOf>[], path: string, asked: string | undefined) => {
  // node:http leaves out the body of a reply to HEAD (RFC 9110, 9.3.2).
  const wanted = asked === 'HEAD' ? 'GET' : asked
  const found = routes.find(({ method, match }) => method === wanted && match(path))
  if (found) return { handler: found.handler, methods: [] }
  const here = routes.filter(({ match }) => match(path))
  if (here.length === 0) throw new Fault('not_found', 'no such path')
  return {
    methods: here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
  }
}
