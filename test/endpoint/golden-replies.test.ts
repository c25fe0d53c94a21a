import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { a_connection } from '../world/raw-http.ts'
import { type ServedInMemory, served_in_memory } from '../world/served-in-memory.ts'

const ORIGIN = 'https://app.example'
let server: ServedInMemory
let token: string

beforeAll(async () => {
  server = await served_in_memory({ origins: [ORIGIN], headers: [] })
  token = String(server.alice.headers['authorization'])
})
afterAll(() => server.stop())

/** What differs from run to run is named: times, ids, and who sent it. */
const nameless = (reply: string) => {
  const ids = new Map<string, string>()
  const nameOf = (id: string) => {
    if (!ids.has(id)) ids.set(id, `<id ${ids.size + 1}>`)
    return String(ids.get(id))
  }
  return reply
    .replace(/^Date: .*$/m, 'Date: <date>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, nameOf)
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replaceAll(server.alice.id, '<alice>')
    .replaceAll(server.bob.id, '<bob>')
    .replaceAll('\r\n', '\n')
}

const send = (body: string, ...more: string[]) => write('POST /dialog/<bob>/send', body, ...more)
const mark = (upTo: string) => write('PUT /dialog/<bob>/read', `{"up_to":"${upTo}"}`)
const write = (line: string, body: string, ...more: string[]) => [
  `${line} HTTP/1.1`,
  'Content-Type: application/json',
  `Content-Length: ${Buffer.byteLength(body)}`,
  '<credential>',
  ...more,
  '',
  body,
]
const ask = (line: string, ...more: string[]) => [`${line} HTTP/1.1`, ...more, '', '']

/** In this order: what is listed was sent before. */
const REQUESTS: Record<string, string[]> = {
  health: ask('GET /health'),
  'health, from a page of an allowed origin': ask('GET /health', `Origin: ${ORIGIN}`),
  'health, its headers alone': ask('HEAD /health'),
  ready: ask('GET /ready'),
  'an empty dialog': ask('GET /dialog/<bob>/list', '<credential>'),
  'a message': send('{"text":"Привет, Bob!"}'),
  'a message with a key': send('{"text":"once"}', 'Idempotency-Key: "golden"'),
  'the same again': send('{"text":"once"}', 'Idempotency-Key: "golden"'),
  'another with that key': send('{"text":"twice"}', 'Idempotency-Key: "golden"'),
  'a page': ask('GET /dialog/<bob>/list?limit=1', '<credential>'),
  'all of it': ask('GET /dialog/<bob>/list', '<credential>'),
  'the dialogs': ask('GET /dialogs', '<credential>'),
  'a mark': mark('01900000-0000-7000-8000-000000000000'),
  'a mark in the future': mark('ffffffff-ffff-7fff-bfff-ffffffffffff'),
  'a dialog that is marked': ask('GET /dialog/<bob>', '<credential>'),
  'no such dialog': ask('GET /dialog/nobody', '<credential>'),
  'no cursor of dialogs': ask('GET /dialogs?cursor=x', '<credential>'),
  'a limit out of range': ask('GET /dialog/<bob>/list?limit=201', '<credential>'),
  'a repeated parameter': ask('GET /dialog/<bob>/list?limit=1&limit=2', '<credential>'),
  'no cursor': ask('GET /dialog/<bob>/list?before=x', '<credential>'),
  'no user': ask('GET /dialog/%ff/list', '<credential>'),
  'no text': send('{"text":" "}'),
  'no JSON': send('{'),
  'another content type': [
    'POST /dialog/<bob>/send HTTP/1.1',
    'Content-Type: text/plain',
    'Content-Length: 1',
    '<credential>',
    '',
    'x',
  ],
  'no credential': ask('GET /dialog/<bob>/list'),
  'a bad credential': ask('GET /dialog/<bob>/list', 'Authorization: Bearer x.y.z'),
  'no such path': ask('GET /nowhere'),
  'another method': ask('DELETE /health'),
  'a preflight': ask(
    'OPTIONS /dialog/<bob>/send',
    `Origin: ${ORIGIN}`,
    'Access-Control-Request-Method: POST',
  ),
  'a preflight of a mark': ask(
    'OPTIONS /dialog/<bob>/read',
    `Origin: ${ORIGIN}`,
    'Access-Control-Request-Method: PUT',
  ),
  'two hosts': ask('GET /health', 'Host: b'),
}

test.each(Object.entries(REQUESTS))(
  '%s: the bytes of the reply are what they were',
  async (_, [line = '', ...lines]) => {
    const { socket, closed } = a_connection(server.url)
    const text = [line, 'Host: a', 'X-Request-Id: golden', 'Connection: close', ...lines].join('\r\n')
    socket.write(
      text.replaceAll('<bob>', server.bob.id).replaceAll('<credential>', `Authorization: ${token}`),
    )
    expect(nameless(await closed)).toMatchSnapshot()
  },
)
