import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sealer } from '../../lib/delivery/seal.ts'
import { a_peer, connection_id, type Peer } from '../world/peers-served.ts'
import { a_connection } from '../world/raw-http.ts'

const SECRET = 's'.repeat(32)
const ID = connection_id('one')
const FRAME = '{"type":"typing","from":"bob","to":"alice"}'
const BYE = '{"type":"bye","code":4401,"reconnect_ms":0}'
const BOOT = 'aaaaaaaaaaaaaaaaaaaaaa'

let peer: Peer
beforeEach(async () => {
  peer = await a_peer()
})
afterEach(() => peer.stop())

const call = (method: string, url: string, body: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-length': Buffer.byteLength(body) }
    const asked = request(url, { method, headers, agent: false }, (reply) => {
      reply.resume()
      resolve(Number(reply.statusCode))
    })
    asked.on('error', reject).end(body)
  })
const urlOf = (id: string = ID) => `${peer.endpoint}/@connections/${id}`
const sealed = ({
  method = 'POST',
  id = ID as string,
  endpoint = peer.endpoint,
  secret = SECRET,
  ageMs = 0,
} = {}) =>
  sealer(secret)(
    { method, endpoint, connectionId: id },
    method === 'DELETE' ? BYE : FRAME,
    Date.now() - ageMs,
  )
const nothing_happened = () => expect([peer.pushed, peer.closed]).toEqual([[], []])

describe('at the peer port', () => {
  test('a call that is sealed for it is carried out, whether it pushes or closes', async () => {
    expect(await call('POST', urlOf(), sealed())).toBe(200)
    expect(await call('DELETE', urlOf(), sealed({ method: 'DELETE' }))).toBe(204)
    expect(peer.pushed).toEqual([{ id: ID, text: FRAME }])
    expect(peer.closed).toEqual([{ id: ID, bye: BYE, code: 4401 }])
  })

  test('a call can be replayed within four seconds, and not after that', async () => {
    expect(await call('POST', urlOf(), sealed({ ageMs: 3_500 }))).toBe(200)
    peer.pushed.length = 0
    expect(await call('POST', urlOf(), sealed({ ageMs: 4_100 }))).toBe(403)
    expect(await call('POST', urlOf(), sealed({ ageMs: -4_100 }))).toBe(403)
    nothing_happened()
  })

  test.each([
    ['for another connection', () => sealed({ id: connection_id('two') })],
    ['for the boot before this one', () => sealed({ endpoint: peer.endpoint.replace(/[\w-]{22}$/, BOOT) })],
    ['for another port', () => sealed({ endpoint: peer.endpoint.replace(/:\d+/, ':7001') })],
    ['to close it', () => sealed({ method: 'DELETE' })],
    ['with another secret', () => sealed({ secret: 't'.repeat(32) })],
    ['and cut', () => sealed().subarray(0, -1)],
    ['and changed', () => sealed().fill(0, 40, 41)],
    ['by nobody: it is plaintext', () => Buffer.from(FRAME)],
    ['by nobody: it is empty', () => Buffer.alloc(0)],
  ])('what is sealed %s is refused', async (_, body) => {
    expect(await call('POST', urlOf(), body())).toBe(403)
    nothing_happened()
  })

  test('either of two secrets will do while one replaces the other', async () => {
    const rotating = await a_peer(['t'.repeat(32), SECRET])
    const url = `${rotating.endpoint}/@connections/${ID}`
    const endpoint = rotating.endpoint
    expect(await call('POST', url, sealed({ endpoint }))).toBe(200)
    expect(await call('POST', url, sealed({ endpoint, secret: 't'.repeat(32) }))).toBe(200)
    expect(await call('POST', url, sealed({ endpoint, secret: 'u'.repeat(32) }))).toBe(403)
    await rotating.stop()
  })

  test('calls for another boot are told that it is gone, and nothing else, sealed or not', async () => {
    const endpoint = peer.endpoint.replace(/[\w-]{22}$/, BOOT)
    for (const body of [sealed({ endpoint }), Buffer.from('x')])
      expect(await call('POST', `${endpoint}/@connections/${ID}`, body)).toBe(410)
    nothing_happened()
  })

  test.each(['GET', 'PUT', 'PATCH', 'OPTIONS', 'HEAD'])('%s is refused', async (method) => {
    expect(await call(method, urlOf(), sealed())).toBe(403)
    nothing_happened()
  })

  test.each([
    ['/', (path: string) => `${path.split('/@')[0]}/`],
    ['a query', (path: string) => `${path}?a=b`],
    ['a slash at the end', (path: string) => `${path}/`],
    ['dots', (path: string) => path.replace('/@', '/x/../@')],
    ['encoded letters', (path: string) => path.replace('@', '%40')],
    ['a prefix', (path: string) => `/x${path}`],
    ['two slashes', (path: string) => `/${path}`],
    ['a longer id', (path: string) => `${path}_`],
    ['the absolute form', (path: string) => new URL(path, peer.endpoint).href],
    ['another host in it', (path: string) => `http://other.example${path}`],
  ])('a path with %s is refused', async (_, change) => {
    const { socket, closed } = a_connection(peer.endpoint)
    const body = sealed()
    const target = change(new URL(urlOf()).pathname)
    socket.write(
      `POST ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    socket.write(body)
    expect(await closed).toMatch(/^HTTP\/1\.1 403 /)
    nothing_happened()
  })

  test.each([
    ['no path of this port', '/', 403],
    ['another boot', `/${BOOT}/@connections/${ID}`, 410],
  ])(
    'a body for %s is refused before it has been sent, and the connection closed',
    async (_, target, status) => {
      const { socket, closed } = a_connection(peer.endpoint)
      socket.write(`POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 32000\r\n\r\nx`)
      expect(await closed).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*connection: close`, 'is'))
    },
  )

  test.each([
    ['that says so', `Content-Length: ${1_000_000}`],
    ['in chunks', 'Transfer-Encoding: chunked'],
  ])('a large body %s is refused before it has been sent, and the connection closed', async (_, header) => {
    const { socket, closed } = a_connection(peer.endpoint)
    const { pathname } = new URL(urlOf())
    socket.write(`POST ${pathname} HTTP/1.1\r\nHost: a\r\n${header}\r\n\r\n`)
    const piece = 'x'.repeat(0x9000)
    if (header.startsWith('Transfer')) socket.write(`9000\r\n${piece}\r\n`)
    expect(await closed).toMatch(/^HTTP\/1\.1 413 .*connection: close/is)
    nothing_happened()
  })

  test.each([
    ['headers', 'POST / HTTP/1.1\r\nHost: a\r\n'],
    ['a body', `POST PATH HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{`],
    ['nothing at all', ''],
  ])('whoever does not finish %s is cut off within four seconds', async (_, sent) => {
    const began = performance.now()
    const { socket, closed } = a_connection(peer.endpoint)
    socket.write(sent.replace('PATH', new URL(urlOf()).pathname))
    await closed
    expect(performance.now() - began).toBeLessThan(4_000)
    nothing_happened()
  })

  test('headers over 2 KiB are refused', async () => {
    const { socket, closed } = a_connection(peer.endpoint)
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(2_048)}\r\n\r\n`)
    expect(await closed).toMatch(/^HTTP\/1\.1 431 /)
  })

  test('a bye that cannot be read, as one of another version may be, ends the call and nothing else', async () => {
    const purpose = { method: 'DELETE', endpoint: peer.endpoint, connectionId: ID }
    await expect(call('DELETE', urlOf(), sealer(SECRET)(purpose, 'bye', Date.now()))).rejects.toThrow()
    expect(await call('POST', urlOf(), sealed())).toBe(200)
  })

  test('an answer says nothing about a frame', async () => {
    const { socket, closed } = a_connection(peer.endpoint)
    const body = sealed()
    socket.write(
      `POST ${new URL(urlOf()).pathname} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    socket.write(body)
    expect(await closed).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-length: 0\r\nConnection: close\r\n\r\n$/i)
  })
})
