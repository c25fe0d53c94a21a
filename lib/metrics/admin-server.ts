/** The admin port: the metrics of an instance, as Prometheus takes them, and nothing else. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Registry } from 'prom-client'

const PATH = '/metrics'
const METHODS = ['GET', 'HEAD']
const LIMITS = { maxHeaderSize: 8 * 1024, requestTimeout: 5_000, connectionsCheckingInterval: 1_000 }
const CONNECTIONS = 64

type Scrape = () => Promise<string>
/** `port`: as asked for, or the one that the system chose for 0. */
export type AdminServer = { port: number; close: () => void }

/**
 * @param scrape resolves to the page
 * @throws Error of node:net, such as EADDRINUSE
 */
export const listenForScrapes = (
  { host, port }: { host: string; port: number },
  scrape: Scrape,
): Promise<AdminServer> =>
  new Promise((resolve, reject) => {
    const server = createServer(LIMITS, (request, response) => void answer(request, response, scrape))
    server.maxConnections = CONNECTIONS
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, () => {
      const close = () => {
        server.close()
        server.closeAllConnections()
      }
      resolve({ port: (server.address() as AddressInfo).port, close })
    })
  })

const answer = async (
  { method = '', url = '' }: IncomingMessage,
  response: ServerResponse,
  scrape: Scrape,
) => {
  if (url.split('?', 1)[0] !== PATH) return response.writeHead(404).end()
  if (!METHODS.includes(method)) return response.writeHead(405, { allow: METHODS.join(', ') }).end()
  try {
    const page = await scrape()
    return response.writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE }).end(page)
  } catch (error) {
    process.emitWarning(String((error as Error).stack))
    return response.writeHead(500).end()
  }
}
