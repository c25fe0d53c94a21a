/** A gateway at which connections end, as those see it who push to them. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Arrived } from './signed-calls.ts'

/** Answers with the status that it is given; `undefined`: not at all. */
export const a_gateway = async () => {
  const arrived: Arrived[] = []
  const gateway = {
    url: '',
    arrived,
    status: 200 as number | undefined,
    location: undefined as string | undefined,
    connections: 0,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request
    arrived.push({
      method: String(method),
      path: String(url),
      headers: headers as Arrived['headers'],
      body: await text(request),
    })
    const { status, location } = gateway
    if (status !== undefined) response.writeHead(status, { ...(location && { location }) }).end('{}')
  })
  server.on('connection', () => {
    gateway.connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  gateway.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return gateway
}
