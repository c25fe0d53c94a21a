/** Headless Chromium, and pages from several origins. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openBrowser } from '../../dev/browser.ts'

const HOST = '127.0.0.1'
export const a_browser = openBrowser

/** A web server with one empty page, on its own port and therefore its own origin. */
export const an_origin = async () => {
  const server = createServer((_, reply) =>
    reply.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>'),
  )
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  return {
    origin: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
