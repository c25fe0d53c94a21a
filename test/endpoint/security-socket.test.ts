import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { a_connection } from '../world/raw-http.ts'
import { type ServedInMemory, served_in_memory } from '../world/served-in-memory.ts'

let server: ServedInMemory
beforeAll(async () => {
  server = await served_in_memory({ origins: ['https://app.example'], headers: ['authorization'] })
})
afterAll(() => server.stop())

const ask = (target: string, ...lines: string[]) => {
  const { socket, closed } = a_connection(server.url)
  const head = [`GET ${target} HTTP/1.1`, 'Host: a', 'Connection: close', ...lines]
  socket.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
  return closed
}
const bearer = () => `Authorization: ${server.alice.headers['authorization']}`

test.each([
  ['/dialog/../health', 404],
  ['/dialog/../dialog/bob/list', 404],
  ['/health/../dialog/bob/list', 404],
  ['/dialog/bob/x/../list', 404],
  ['/dialog/bob/./list', 404],
  ['//dialog/bob/list', 404],
  ['/dialog/bob/list/', 404],
  ['/dialog/bob/list%00', 404],
  ['/dialog/bob/list;a=b', 404],
  ['/dialog/bob%2Flist', 404],
  ['/dialog%2Fbob%2Flist', 404],
  ['/dialog\\bob\\list', 404],
  ['/dialog/bob/l%69st', 404],
  ['/openapi.json/../package.json', 404],
  ['/..%2f..%2f..%2fetc%2fpasswd', 404],
  ['/%2e%2e/%2e%2e/etc/passwd', 404],
  ['/dialog/../list', 400],
  ['/dialog/%2e%2e/list', 400],
  ['/dialog/%2E./list', 400],
  ['/dialog/%c0%ae%c0%ae/list', 400],
  ['/dialog/%u002e%u002e/list', 400],
  ['/dialog/%00/list', 400],
  ['/dialog/bob%0d%0aX-Evil:%201/list', 400],
  ['/dialog/%252e%252e/list', 200],
  ['/dialog/..%252fhealth/list', 200],
  ['/dialog/..%2fhealth/list', 200],
])(
  '%s is answered with %i: one segment is one id, decoded once, and leads to no other path',
  async (target, status) => {
    const received = await ask(target, bearer())
    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(received).toMatch(status === 200 ? /\r\n\r\n\[\]$/ : /"code":40[04]\d\d/)
    expect(received.toLowerCase()).not.toContain('x-evil')
  },
)

test.each([
  'X-Request-Id: a\rX-Evil: 1',
  'X-Request-Id: a\nX-Evil: 1',
  'X-Request-Id: a\r\n X-Evil: 1',
  'X-Request-Id: a\0X-Evil: 1',
  'X-Request-Id: a\u008d\u008aX-Evil: 1',
  'X-Request-Id: a%0d%0aX-Evil: 1',
  'Origin: https://app.example\rX-Evil: 1',
  'Origin: https://app.example\u008d\u008aX-Evil: 1',
])('%j does not come back in a header', async (line) => {
  const received = await ask('/health', line)
  expect(received).toMatch(/^HTTP\/1\.1 (200|400) /)
  expect(received.toLowerCase()).not.toContain('x-evil')
})

test.each([
  ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
  ['chunks that are not last', 'Transfer-Encoding: chunked, gzip'],
  ['an encoding by another name', 'Transfer-Encoding: xchunked'],
  ['a length with a sign', 'Content-Length: +5'],
  ['two lengths in one', 'Content-Length: 5, 6'],
  ['a name with white space behind it', 'Content-Length : 5'],
])('a request framed with %s smuggles no second one', async (_, framing) => {
  const before = server.app.lines.length
  const { socket, closed } = a_connection(server.url)
  const hidden = 'GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
  socket.write(`POST /dialog/bob/send HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n0\r\n\r\n${hidden}`)
  const received = await closed
  expect(received).toMatch(/^HTTP\/1\.1 400 .*"code":40010/s)
  expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1)
  const logged = server.app.lines.slice(before).map((line) => JSON.parse(line))
  expect(logged).toEqual([expect.objectContaining({ operation: 'none', status: 400 })])
})
