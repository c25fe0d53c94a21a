/** The admin port: the metrics of an instance, as Prometheus takes them, and nothing else. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Registry } from 'prom-client'

const PATH = '/metrics'
const METHODS = ['GET', 'HEAD']
const LIMITS = { maxHeaderSize: 8 * 1024, requestTimeout: 5_000, connectionsCheckingInterval: 1_000 }
const CONNECTIONS = 64

/**
 * Resolves to its port, which the system chooses for 0. It ends with the process.
 * @param scrape resolves to the page
 * @throws Error of node:net, such as EADDRINUSE
 */
export const listenForScrapes = (
  { host, port }: { host: string; port: number },
  scrape: () => Promise<string>,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer(LIMITS, (request, response) => {
      answer(request, response, scrape).catch((error) => {
        response.destroy()
        process.emitWarning(String((error as Error).stack))
      })
    })
    server.maxConnections = CONNECTIONS
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, () => resolve((server.address() as AddressInfo).port))
  })

const answer = async (
  { method = '', url = '' }: IncomingMessage,
  response: ServerResponse,
  scrape: () => Promise<string>,
) => {
  if (url.split('?', 1)[0] !== PATH) return void response.writeHead(404).end()
  if (!METHODS.includes(method)) return void response.writeHead(405, { allow: METHODS.join(', ') }).end()
  const page = await scrape()
  response.writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE }).end(page)
}
