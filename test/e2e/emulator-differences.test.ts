import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '../../dev/emulator.ts'
import { type Serving, startServing } from '../../dev/serving.ts'
import { a_crowd_talks } from '../sentences/crowd.ts'
import { dialogSentences } from '../sentences/dialog.ts'
import * as then from '../sentences/then.ts'
import { an_embedded_setting } from '../world/local-setting.ts'
import { a_connection } from '../world/raw-http.ts'
import { overHttp } from '../world/service.ts'

const DOCUMENT = join(import.meta.dirname, '../../docs/emulator.md')
const TEXT = '{"text":"x"}'
const SEND = '/dialog/bob/send'
/** `{"text":"y"}`, in the header in which the emulator passes the bytes of a body on. */
const HIDDEN = 'X-Emulator-Body: eyJ0ZXh0IjoieSJ9\r\n'
const ORIGIN = 'Origin: https://other.example\r\nAccess-Control-Request-Method: GET\r\n'

let setting: Awaited<ReturnType<typeof an_embedded_setting>>
let emulator: Emulator
let serving: Serving
let credential: string
/** Replies to clients that never finish their request, of serve and of the emulator; all of them wait at the same time. */
let unfinished: Promise<string>[][]

beforeAll(async () => {
  setting = await an_embedded_setting()
  ;[emulator, serving] = await Promise.all([
    startEmulator(setting.variables, 0, () => undefined, 'isolated'),
    startServing(setting.variables, 0, join(setting.directory, 'log')),
  ])
  credential = `Authorization: ${(await setting.credentials('alice'))['authorization']}\r\n`
  const begun = [send('').slice(0, 40), send(TEXT, 'Content-Length: 999\r\n')]
  unfinished = begun.map((bytes) => [serving.url, emulator.url].map((url) => reply(url, bytes)))
}, 120_000)
afterAll(async () => {
  await emulator.stop()
  await serving.stop()
  await setting.remove()
})

const line = (method: string, path: string, headers: string) =>
  `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${credential}${headers}`
const get = (path: string, headers = '', method = 'GET') => `${line(method, path, headers)}\r\n`
const JSON_TYPE = 'Content-Type: application/json\r\n'
/** In latin1: a test controls every byte. */
const send = (body: string, headers = '', path = SEND, type = JSON_TYPE) => {
  const length = headers.includes('Content-Length') ? '' : `Content-Length: ${body.length}\r\n`
  return `${line('POST', path, `${type}${headers}${length}`)}\r\n${body}`
}

const reply = (url: string, bytes: string): Promise<string> => {
  const { socket, closed } = a_connection(url)
  socket.write(Buffer.from(bytes, 'latin1'))
  return closed
}
/** The status, our code if there is one, and whether a page of another origin may read it. */
const inShort = (received: string) => {
  const [, status] = /^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 (\d+)/.exec(received) ?? []
  const [, code] = /"code":(\d{5})/.exec(received) ?? []
  const letIn = /\r\naccess-control-allow-origin: /i.test(received)
  return [status, ...(code ? [code] : []), ...(letIn ? ['let in'] : [])].join(' ')
}
const answers = async (bytes: string) =>
  (await Promise.all([serving.url, emulator.url].map((url) => reply(url, bytes)))).map(inShort)

// First: meanwhile the emulator closes the connections of clients that do not finish, which takes it up to 30 s.
describe('over HTTP, through the emulator with a thread for each request, on the embedded store', () => {
  const service = () => overHttp(emulator.url)

  dialogSentences(() => ({ service: service(), credentials: setting.credentials, firstMessages: 8 }))

  test('of a hundred concurrent strangers some may be refused, and every acknowledged message is listed once', async () => {
    const replies = await a_crowd_talks(service(), setting.credentials)
    const refused = replies.filter(({ status }) => status !== 200)
    expect(refused.length).toBeLessThan(replies.length)
    for (const reply of refused) then.it_is_refused(reply, 'overloaded')
  })
})

describe('the emulator answers as npm run serve does', () => {
  test.each<[string, string, () => string]>([
    ['a message', '200', () => send(TEXT)],
    ['JSON in JSON', '400 40002', () => send(JSON.stringify(TEXT))],
    ['bytes that are not UTF-8', '400 40001', () => send('{"text":"\xe9"}')],
    ['UTF-16', '400 40001', () => send(Buffer.from(TEXT, 'utf16le').toString('latin1'))],
    ['a body that is not JSON', '400 40001', () => send('{')],
    ['no body', '400 40001', () => send('')],
    ['a body over 64 KiB', '413 41301', () => send(' '.repeat(65_537))],
    ['another type', '415 41501', () => send(TEXT, '', undefined, 'Content-Type: text/plain\r\n')],
    ['binary', '415 41501', () => send(TEXT, '', undefined, 'Content-Type: application/octet-stream\r\n')],
    ['a type that is repeated', '415 41501', () => send(TEXT, 'Content-Type: text/plain\r\n')],
    ['no type', '200', () => send(TEXT, '', undefined, '')],
    ['a credential that is repeated', '401 40101', () => send(TEXT, credential)],
    ['a request id that is repeated', '200', () => send(TEXT, 'X-Request-Id: a\r\nX-Request-Id: b\r\n')],
    ['a slash at the end', '404 40401', () => send(TEXT, '', '/dialog/bob/send/')],
    ['a slash at the end, and a query', '404 40401', () => get('/dialog/bob/list/?limit=1')],
    ['a slash at the end of a whole address', '404 40401', () => get('http://other.example/health/')],
    ['the page, whose path is a slash', '200', () => get('/')],
    ['the page, by a whole address', '200', () => get('http://other.example/')],
    ['an escaped slash', '200', () => get('/dialog/a%2Fb/list')],
    ['cookies that are none', '200', () => get('/health', 'Cookie: a="b; =;;c\r\n')],
    [
      'a body in a header of the emulator',
      '400 40001',
      () => `${line('POST', SEND, JSON_TYPE + HIDDEN)}\r\n`,
    ],
    ['two Host headers', '400 40010', () => send(TEXT, 'Host: b\r\n')],
  ])('to %s: %s', async (_, expected, bytes) => {
    expect(await answers(bytes())).toEqual([expected, expected])
  })
})

/** The rows of docs/emulator.md: the reply of `npm run serve`, and that of the emulator. */
const DIFFERENCES: [string, () => Promise<string[]>, string, string][] = [
  ['an address with a fragment', () => answers(get('/dialog/bob/list?limit=1#x')), '400 40006', '200'],
  ['a page of another origin', () => answers(get('/health', ORIGIN)), '200', '200 let in'],
  [
    'a preflight of another origin',
    () => answers(get('/health', ORIGIN, 'OPTIONS')),
    '405 40501',
    '200 let in',
  ],
  ['a client that does not finish its headers', () => inTheEnd(0), '408 40801', '400'],
  ['a client that does not finish its body', () => inTheEnd(1), '408 40801', '400'],
  ['a path that is not there', () => answers(get('/nowhere')), '404 40401', '404'],
  ['a method that is not there', () => answers(get('/health', '', 'PUT')), '405 40501', '404'],
  ['a path with `..` in it', () => answers(get('/dialog/../list')), '400 40003', '404'],
  ['an escape that is not UTF-8', () => answers(get('/dialog/%ff/list')), '400 40003', '400'],
  [
    'a Content-Type that is none',
    () => answers(send(TEXT, '', undefined, 'Content-Type: x\r\n')),
    '415 41501',
    '400',
  ],
  ['a body over 10 MB', () => answers(send(' '.repeat(10_485_761))), '413 41301', '413'],
  [
    'a body framed in two ways',
    () => answers(send(TEXT, 'Transfer-Encoding: chunked\r\n')),
    '400 40010',
    '400',
  ],
  ['headers over 16 KiB', () => answers(get('/health', `X: ${'x'.repeat(17_000)}\r\n`)), '431 43101', '400'],
  [
    'an Idempotency-Key that is repeated',
    () => answers(send(TEXT, 'Idempotency-Key: "a"\r\nIdempotency-Key: "b"\r\n')),
    '400 40007',
    '400 40008',
  ],
]
const inTheEnd = async (index: number) => (await Promise.all(unfinished[index] ?? [])).map(inShort)

describe('the emulator differs from npm run serve', () => {
  test('in the rows of docs/emulator.md, with these statuses and codes', () => {
    const [, table = ''] = readFileSync(DOCUMENT, 'utf8').split('|---|---|---|\n')
    const rows = table
      .split('\n')
      .filter((row) => row.startsWith('|'))
      .map((row) => row.split('|').map((cell) => cell.trim()))
    const numbers = (cell = '') =>
      (/^(\d+)(?:, code (\d+))?/.exec(cell) ?? []).slice(1).filter(Boolean).join(' ')
    expect(rows.map(([, what, serve, other]) => [what, numbers(serve), numbers(other)])).toEqual(
      DIFFERENCES.map(([what, , serve, other]) => [what, serve, other.replace(' let in', '')]),
    )
  })

  test.each(DIFFERENCES)('by %s', async (_, ask, ...expected) => {
    expect(await ask()).toEqual(expected)
  })
})
