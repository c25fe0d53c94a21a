import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { operationsWith } from '../../bin/operations.ts'
import { quickPasswords } from '../fakes/quick-passwords.ts'
import { a_service_with_accounts, our_accounts } from '../sentences/accounts.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import { handlersOf } from '../world/service.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures/events')
/** One event of each kind of gateway: the events of a broken one resemble it. */
const RECORDED = readdirSync(FIXTURES)
  .filter((name) => /(api|url).*\.json$/.test(name))
  .map((name) => readFileSync(join(FIXTURES, name), 'utf8'))
  .filter((text) => text.includes('"version"') || text.includes('"resource"'))

let alice: given.Person
let handlers: ReturnType<typeof handlersOf>

/** One credential for all operations: those of accounts are in a service of their own, since alice could sign out there. */
beforeEach(async () => {
  const { auth, sign } = await given.an_identity_provider()
  const both = { ...our_accounts(), auth: { ...auth, tokenMaxAgeSeconds: 3_600 } }
  const withAccounts = a_service_with_accounts(both, quickPasswords)
  handlers = [
    ...handlersOf(given.a_service_in_memory(auth), operationsWith({})),
    ...handlersOf(withAccounts).filter(({ contract }) => contract.ofAccounts),
  ]
  const token = await sign({ sub: 'alice', iat: Math.floor(Date.now() / 1000) })
  alice = { id: 'alice', headers: { authorization: `Bearer ${token}` } }
})

/**
 * Every reply has a status and a body that openapi.json declares, or reports that a gateway has let another method
 * through.
 */
const everyHandlerAnswers = async (event: unknown, invocation: object = {}) => {
  for (const { contract, handler } of handlers) {
    const { statusCode: status, headers, body: text } = await handler(event, invocation)
    expect(status).toBeLessThan(500)
    if (status !== 405) then.it_is_declared(contract.operation, { status, headers, text })
    if (status === 200)
      expect(contract.reply?.parse(contract.replyType ? text : JSON.parse(text))).toBeDefined()
    else if (status === 204) expect(text).toBe('')
    else
      expect(JSON.parse(text)).toMatchObject({
        code: expect.any(Number),
        request_id: headers['x-request-id'],
      })
  }
}

const part = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    '2.0',
    '1.0',
    '/dialog/a/send',
    '/dialog/%ff/list',
    'limit=1&limit=%',
    'cursor=eyJ0b3AiOjB9',
    '%',
    'eyJ',
    true,
    [],
    {},
  ),
  fc.string({ unit: 'binary' }),
)
const NAMES = [
  'version',
  'headers',
  'multiValueHeaders',
  'pathParameters',
  'rawPath',
  'path',
  'rawQueryString',
  'queryStringParameters',
  'multiValueQueryStringParameters',
  'body',
  'isBase64Encoded',
]

test('no JSON event, with a credential or without, makes a handler throw or fail', async () => {
  const anything = fc.oneof(part, fc.dictionary(fc.constantFrom(...NAMES), part))
  await fc.assert(
    fc.asyncProperty(anything, fc.boolean(), async (value, isKnown) => {
      const headers = isKnown && { headers: alice.headers }
      await everyHandlerAnswers(
        typeof value === 'object' && !Array.isArray(value) ? { ...value, ...headers } : value,
      )
    }),
    { numRuns: 200 },
  )
})

test('nor does an event of any gateway, with any one of its parts replaced', async () => {
  for (const recorded of RECORDED.flatMap((text) => [
    text,
    text.replaceAll('"POST"', '"GET"'),
    text.replaceAll('"POST"', '"PUT"'),
  ])) {
    const whole = JSON.parse(recorded)
    const places = Object.entries(whole).flatMap(([name, value]) => [
      [name],
      ...(typeof value === 'object' && value ? Object.keys(value).map((inner) => [name, inner]) : []),
    ])
    for (const [name = '', inner] of places) {
      for (const other of [null, 7, [], {}, '%']) {
        const event = JSON.parse(recorded)
        if (inner === undefined) event[name] = other
        else event[name][inner] = other
        event.headers = { ...event.headers, ...alice.headers }
        await everyHandlerAnswers(event)
      }
    }
  }
})

test('nor do arbitrary bytes as a body, or any query, header or path', async () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .record({ text: part, up_to: fc.oneof(part, fc.uuid({ version: 7 })) })
      .map((body) => Buffer.from(JSON.stringify(body))),
  )
  const request = fc.record({
    body: anyBytes,
    isBase64Encoded: fc.boolean(),
    rawQueryString: fc.oneof(fc.string({ unit: 'binary' }), fc.webQueryParameters()),
    user_id: fc.string({ unit: 'binary', maxLength: 140 }),
    headers: fc.dictionary(
      fc.constantFrom('Idempotency-Key', 'X-Request-Id', 'Content-Type', 'Content-Encoding', 'Origin'),
      fc.string({ unit: 'binary' }),
    ),
    remainingMs: fc.oneof(fc.constant(undefined), fc.integer({ min: 5_000 })),
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ body, user_id, headers, remainingMs, ...rest }) => {
      const text = Buffer.from(body).toString(rest.isBase64Encoded ? 'base64' : 'latin1')
      const event = {
        version: '2.0',
        ...rest,
        body: text,
        pathParameters: { user_id },
        headers: { ...headers, ...alice.headers },
      }
      await everyHandlerAnswers(
        event,
        remainingMs === undefined ? {} : { getRemainingTimeInMillis: () => remainingMs },
      )
    }),
    { numRuns: 300 },
  )
})
