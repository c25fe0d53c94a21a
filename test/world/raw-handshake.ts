/** How a handshake was refused, which a WebSocket does not tell. */
import { get, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'

const HANDSHAKE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

/** @throws Error if it is accepted */
export const handshake_over_http = (
  url: string,
  headers = {},
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; text: string }> =>
  new Promise((resolve, reject) => {
    get(url.replace('ws', 'http'), { headers: { ...HANDSHAKE, ...headers } }, async (reply) => {
      resolve({ status: reply.statusCode, headers: reply.headers, text: await text(reply) })
    })
      .on('upgrade', (_, socket) => {
        socket.destroy()
        reject(new Error('the connection was accepted'))
      })
      .on('error', reject)
  })
