/** A service as tests use it, through events or over HTTP: the same sentences hold for both. */
import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { OPERATIONS } from '../../bin/operations.ts'
import type { App } from '../../lib/context.ts'
import type { HttpResponse } from '../../lib/http/exchange.ts'
import { type EventKind, eventOf, type HttpCall, matches } from '../fakes/events.ts'

export type HttpReply = { status: number; headers: Record<string, string>; text: string }
export type Service = (call: HttpCall) => Promise<HttpReply>

/** The handlers of functions/, on the test's app. */
export const handlersOf = (app: App, operations = OPERATIONS) =>
  operations.map((on) => ({ contract: on.contract, handler: on(app) }))

type Served = {
  contract: { method: string; path: string }
  handler: (event: unknown, invocation: object) => Promise<HttpResponse>
}

/** Handlers behind a gateway with this kind of events, in a runtime that may limit their time. */
export const throughEvents =
  (functions: Served[], kind: EventKind = 'httpApi2', invocation = {}): Service =>
  async (call) => {
    const found = functions.find(
      ({ contract }) => call.method === contract.method && matches(contract.path, call.path),
    )
    if (!found) throw new Error(`no operation for ${call.method} ${call.path}`)
    const reply = await found.handler(eventOf(kind, call, found.contract.path), invocation)
    const lists = Object.entries(reply.multiValueHeaders ?? {})
    const headers =
      kind === 'loadBalancerWithLists' ? lists.map(([name, [value]]) => [name, value]) : undefined
    return {
      status: reply.statusCode,
      headers: headers ? Object.fromEntries(headers) : reply.headers,
      text: reply.body,
    }
  }

export const inProcess = (app: App, kind?: EventKind): Service => throughEvents(handlersOf(app), kind)

/**
 * Sends the path as it is: fetch would resolve `..` and re-encode. An error tells in `wasAccepted` whether the service
 * certainly had accepted the connection, since it had answered on it before.
 */
export const overHttp =
  (url: string): Service =>
  ({ method, path, query, headers, body }) =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        url,
        { method, path: query ? `${path}?${query}` : path, headers },
        async (incoming) => {
          const text = (await buffer(incoming)).toString()
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers as Record<string, string>,
            text,
          })
        },
      )
      outgoing.once('error', (error) => reject(Object.assign(error, { wasAccepted: outgoing.reusedSocket })))
      outgoing.end(body)
    })
