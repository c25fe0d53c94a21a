import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { a_connection } from '../world/raw-http.ts'
import { a_handshake, type SocketsServed, sockets_served } from '../world/sockets-served.ts'
import { until } from '../world/until.ts'

let server: SocketsServed
afterEach(() => server.stop())

describe('what is no handshake', () => {
  beforeEach(async () => {
    server = await sockets_served()
  })

  test.each([
    ['another path', a_handshake('/health'), 404],
    ['a path below', a_handshake('/socket/x'), 404],
    ['a path in another case', a_handshake('/Socket'), 404],
    ['an encoded path', a_handshake('/s%6fcket'), 404],
    ['dots in its path', a_handshake('/x/../socket'), 404],
    ['two slashes', a_handshake('//socket'), 404],
    ['a body', `${a_handshake('/socket', 'Content-Length: 2')}{}`, 404],
    ['chunks', `${a_handshake('/socket', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 404],
    ['another method', a_handshake().replace('GET', 'POST'), 404],
    ['HTTP/1.0', a_handshake().replace('HTTP/1.1', 'HTTP/1.0'), 404],
    ['another protocol', a_handshake().replace('Upgrade: websocket', 'Upgrade: h2c'), 404],
    ['two hosts', a_handshake('/socket', 'Host: b'), 400],
    ['no host', a_handshake().replace('Host: a\r\n', ''), 400],
  ])('is answered like any other request, or refused: one with %s', async (_, sent, status) => {
    const { socket, replies } = a_connection(server.url)
    socket.write(sent)
    expect(await replies(1)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*"request_id"`, 's'))
    expect(server.events).toEqual([])
    socket.destroy()
  })

  test.each([
    ['no key', a_handshake().replace(/Sec-WebSocket-Key.*\r\n/, '')],
    ['a short key', a_handshake().replace('dGhlIHNh', '')],
    ['an unknown version', a_handshake().replace('Version: 13', 'Version: 12')],
    ['a malformed list of subprotocols', a_handshake('/socket', 'Sec-WebSocket-Protocol: a,,b')],
  ])('is refused in the format of every error, and told as ended: one with %s', async (_, sent) => {
    const { socket, closed } = a_connection(server.url)
    socket.write(sent)
    expect(await closed).toMatch(/^HTTP\/1\.1 400 .*connection: close.*"code":40010/s)
    await until('the end is told', () => server.contexts('DISCONNECT').length === 1)
    expect(server.lines).toEqual([expect.objectContaining({ status: 400, code: 40010 })])
  })

  test('is never answered before an earlier request on its connection', async () => {
    const { socket, replies } = a_connection(server.url)
    socket.write(`GET /elsewhere HTTP/1.1\r\nHost: a\r\n\r\n${a_handshake()}`)
    expect((await replies(2)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 404'])
    socket.write(a_handshake())
    await until('it has begun', () => server.contexts('CONNECT').length === 1)
    socket.destroy()
  })
})
