import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { time_stands_still } from '../fakes/still-time.ts'
import * as then from '../sentences/then.ts'
import { a_connection } from '../world/raw-http.ts'
import { type ServedInMemory, served_in_memory } from '../world/served-in-memory.ts'

let server: ServedInMemory
const serve = async () => {
  server = await served_in_memory()
}

describe('the server', () => {
  beforeAll(() => serve())
  afterEach(() => void jest.useRealTimers())
  afterAll(() => server.stop())

  test('answers an unknown path with 404 in the format of every error, and logs it', async () => {
    for (const path of [
      '/nothing',
      '/dialog',
      '/dialog/bob/',
      '/dialogs/',
      '/dialog/bob/send/',
      '/dialog//send',
      '//health',
      '/Health',
      '/openapiXjson',
    ]) {
      const reply = await server.service({ method: 'GET', path, headers: { 'x-request-id': 'mine' } })
      expect(then.it_is_refused(reply, 'not_found').request_id).toBe('mine')
    }
    expect(JSON.parse(String(server.app.lines.at(-1)))).toMatchObject({ status: 404, request_id: 'mine' })
  })

  test('answers a wrong method with 405, and names the right one', async () => {
    for (const [method, path, allow] of [
      ['GET', '/dialog/bob/send', 'POST'],
      ['DELETE', '/dialog/bob/list', 'GET, HEAD'],
      ['POST', '/dialogs', 'GET, HEAD'],
      ['POST', '/dialog/bob/read', 'PUT'],
      ['OPTIONS', '/health', 'GET, HEAD'],
    ] as const) {
      const reply = await server.service({ method, path, headers: { origin: 'https://app.example' } })
      then.it_is_refused(reply, 'method_not_allowed')
      expect(reply.headers['allow']).toBe(allow)
      expect(Object.keys(reply.headers).filter((name) => /^(access-control|vary)/.test(name))).toEqual([])
    }
  })

  test('keeps a connection open for the next request', async () => {
    const { socket, replies } = a_connection(server.url)
    socket.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
    await replies(1)
    socket.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
    expect((await replies(2)).match(/200 OK/g)).toHaveLength(2)
    socket.destroy()
  })

  test('answers pipelined requests in their order', async () => {
    const { socket, replies } = a_connection(server.url)
    const ask = (id: number) => `GET /health HTTP/1.1\r\nHost: a\r\nX-Request-Id: r${id}\r\n\r\n`
    socket.write([1, 2, 3, 4].map(ask).join(''))
    const ids = [...(await replies(4)).matchAll(/x-request-id: (\w+)/g)].map(([, id]) => id)
    expect(ids).toEqual(['r1', 'r2', 'r3', 'r4'])
    socket.destroy()
  })

  test.each([
    ['whose length says so, before a byte of it is sent', 'Content-Length: 1000000000', ''],
    [
      'of unknown length, once it is over the limit',
      'Transfer-Encoding: chunked',
      `20000\r\n${'x'.repeat(0x10001)}`,
    ],
  ])('refuses a large body %s, and closes', async (_, header, sent) => {
    time_stands_still()
    const { socket, replies, closed } = a_connection(server.url)
    socket.write(`POST /dialog/bob/send HTTP/1.1\r\nHost: a\r\n${header}\r\n\r\n${sent}`)
    await replies(1)
    await jest.advanceTimersByTimeAsync(1_000)
    const received = await closed
    expect(received).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close\r\n.*"code":41301/is)
    expect(server.app.memory.statements).toEqual([])
  })

  test('tells a client that sends all of a large body before it reads why the body was refused', async () => {
    const { socket, closed } = a_connection(server.url)
    socket.pause()
    socket.write('POST /dialog/bob/send HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n')
    await new Promise((resolve) => socket.write('x'.repeat(5_000_000), resolve))
    socket.resume()
    expect(await closed).toMatch(/^HTTP\/1\.1 413 .*"code":41301/s)
  })

  test.each([
    ['16 KiB of headers', `GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(16_384)}\r\n\r\n`, 431],
    ['a URL of that length', `GET /${'x'.repeat(16_384)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
    ['bytes that are not HTTP', 'hello\r\n\r\n', 400],
    ['two lengths', 'GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n', 400],
    ['two hosts', 'GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['two hosts that are the same', 'GET /health HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n', 400],
  ])('refuses %s with an error like any other, and closes', async (_, sent, status) => {
    const before = server.app.lines.length
    const { socket, closed } = a_connection(server.url)
    socket.write(sent)
    const [head = '', body = ''] = (await closed).split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(head).toMatch(/\r\nconnection: close(\r\n|$)/i)
    const { request_id } = JSON.parse(body)
    expect(head).toContain(`\r\nx-request-id: ${request_id}\r\n`)
    const logged = server.app.lines.slice(before).map((line) => JSON.parse(line))
    expect(logged).toEqual([expect.objectContaining({ message: 'request', status, request_id })])
  })

  test('needs no Host header of an HTTP/1.0 client', async () => {
    const { socket, replies } = a_connection(server.url)
    socket.write('GET /health HTTP/1.0\r\n\r\n')
    expect(await replies(1)).toContain('200 OK')
  })

  test('serves a request with an unknown expectation', async () => {
    const { socket, replies } = a_connection(server.url)
    socket.write('GET /health HTTP/1.1\r\nHost: a\r\nExpect: the-unexpected\r\n\r\n')
    expect(await replies(1)).toContain('200 OK')
    socket.destroy()
  })

  test('answers HEAD like GET without the body, and the absolute form of a URL', async () => {
    const { status, headers, text } = await server.service({ method: 'HEAD', path: '/health' })
    const whole = '{"status":"alive"}'
    expect({ status, text, length: headers['content-length'] }).toEqual({
      status: 200,
      text: '',
      length: String(whole.length),
    })
    const { socket, replies } = a_connection(server.url)
    socket.write('GET http://a/health HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(await replies(1)).toContain(whole)
    socket.destroy()
  })

  test('does not ask for a body that it would refuse', async () => {
    time_stands_still()
    const { socket, replies, closed } = a_connection(server.url)
    const head = 'POST /dialog/bob/send HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length:'
    socket.write(`${head} 1000000\r\n\r\n`)
    await replies(1)
    await jest.advanceTimersByTimeAsync(1_000)
    expect(await closed).toMatch(/^HTTP\/1\.1 413 /)
    const small = a_connection(server.url)
    small.socket.write(`${head} 2\r\n\r\n`)
    await new Promise((resolve) => small.socket.once('data', resolve))
    small.socket.write('{}')
    expect(await small.replies(2)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 401 /)
    small.socket.destroy()
  })

  test('does nothing for a client that disconnects before its request is complete', async () => {
    const before = server.app.lines.length
    const { socket, closed } = a_connection(server.url)
    socket.write('POST /dialog/bob/send HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"text":')
    socket.end()
    await closed
    then.it_succeeds(await server.service({ method: 'GET', path: '/health' }))
    expect(server.app.memory.statements).toEqual([])
    const logged = server.app.lines.slice(before).map((line) => JSON.parse(line))
    expect(logged.map(({ operation, status }) => [operation, status])).toEqual([
      ['none', 400],
      ['checkHealth', 200],
    ])
  })
})

describe('the server with a limit of two connections', () => {
  test('closes a third without a reply, and accepts another when one is closed', async () => {
    const crowded = await served_in_memory(undefined, 2)
    const ask = 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n'
    const inside = [a_connection(crowded.url), a_connection(crowded.url)]
    for (const { socket, replies } of inside) {
      socket.write(ask)
      expect(await replies(1)).toContain('200 OK')
    }
    expect(await a_connection(crowded.url).closed).toBe('')
    inside[0]?.socket.end()
    await inside[0]?.closed
    // The client may see the connection closed before the server does.
    let received = ''
    while (!received) {
      const next = a_connection(crowded.url)
      next.socket.write(ask)
      received = await Promise.race([next.replies(1), next.closed])
      next.socket.destroy()
    }
    expect(received).toContain('200 OK')
    inside[1]?.socket.destroy()
    await crowded.stop()
  })
})
