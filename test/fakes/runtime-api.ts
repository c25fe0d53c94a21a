/**
 * The Lambda service as a function's runtime sees it (AWS, "Using the Lambda runtime API for custom runtimes"):
 * invocations wait here until the runtime asks for the next one.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { HttpResponse } from '../../lib/http/exchange.ts'

const PREFIX = '/2018-06-01/runtime'

type Invocation = {
  id: string
  event: unknown
  deadline: number
  resolve: (response: HttpResponse) => void
  reject: (error: Error) => void
}

/** @param maxAtOnce how many invocations one environment gets before it has answered: on Lambda one, unless configured */
export const a_runtime_api = async (timeoutMs: number, maxAtOnce: number) => {
  const queued: Invocation[] = []
  const waiting: ServerResponse[] = []
  const running = new Map<string, Invocation>()
  let mostAtOnce = 0

  const hand_out = () => {
    while (queued.length > 0 && waiting.length > 0 && running.size < maxAtOnce) {
      const [invocation, response] = [queued.shift() as Invocation, waiting.shift() as ServerResponse]
      running.set(invocation.id, invocation)
      mostAtOnce = Math.max(mostAtOnce, running.size)
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': invocation.id,
        'lambda-runtime-deadline-ms': String(invocation.deadline),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:000000000000:function:tested',
      })
      response.end(JSON.stringify(invocation.event))
    }
  }

  const finish = async (request: IncomingMessage, id: string, how: string) => {
    const body = await json(request)
    const invocation = running.get(id)
    running.delete(id)
    if (how === 'response') invocation?.resolve(body as HttpResponse)
    else invocation?.reject(new Error(JSON.stringify(body)))
  }

  const server = createServer(async (request, response) => {
    const path = String(request.url).replace(PREFIX, '')
    const [, id = '', how = ''] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    if (path === '/invocation/next') {
      waiting.push(response)
      return hand_out()
    }
    if (id) await finish(request, id, how)
    response.writeHead(id ? 202 : 404).end()
    hand_out()
  })
  // The real API has no time-out either for a runtime that waits for work.
  server.requestTimeout = server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Rejects when the runtime reports an error, which a gateway would show as a 502. */
    invoke: (event: unknown) =>
      new Promise<HttpResponse>((resolve, reject) => {
        queued.push({ id: randomUUID(), event, deadline: Date.now() + timeoutMs, resolve, reject })
        hand_out()
      }),
    /** The most invocations that were in flight at the same time. */
    mostAtOnce: () => mostAtOnce,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
