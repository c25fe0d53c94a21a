import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { busy_from_now } from '../../test/world/busy-time.ts'
import { pathTemplate } from './path.ts'
import { readEvent } from './request.ts'

const FIXTURES = join(import.meta.dirname, '../../test/fixtures/events')
const TEMPLATE = '/dialog/{user_id}/send'
const fixture = (name: string) => JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8'))
const template = pathTemplate(TEMPLATE)
const kinds = [
  'emulator-http-api-2.0',
  'http-api-2.0',
  'http-api-1.0',
  'rest-api',
  'function-url',
  'load-balancer',
  'load-balancer-multi-value',
]

describe.each(kinds)('the event %s', (name) => {
  const request = readEvent(fixture(name))

  test('names the user, percent-decoded exactly once', () => {
    expect(request.path(template)).toEqual({ user_id: 'a/b%é' })
  })

  test('says by which method it was asked', () => {
    expect(request.method).toBe('POST')
  })

  test('says from which address it came', () => {
    const local = name.startsWith('emulator')
    expect(request.origin().address).toBe(local ? '127.0.0.1' : '192.0.2.1')
  })

  test('has its headers by lower-case name, and its body as bytes', () => {
    expect(request.headers.get('x-request-id')).toEqual(['from-the-caller'])
    expect(request.headers.get('content-type')).toEqual(['application/json'])
    expect(request.body.toString()).toBe('{"text":"Hello, Bob!"}')
  })
})

test('a load balancer leaves names and values of a query as they were sent', () => {
  const balancer = { requestContext: { elb: {} } }
  const encoded = { 'a%20b': 'c+d%2Be%26f=g', at: '2026-11-21T09%3A30%3A29%2B01%3A00', empty: '', 'no%': '%' }
  const lists = Object.fromEntries(Object.entries(encoded).map(([name, value]) => [name, [value, value]]))
  const once = readEvent({ ...balancer, queryStringParameters: encoded }).query
  const twice = readEvent({ ...balancer, multiValueQueryStringParameters: lists }).query
  for (const [name, value] of [
    ['a b', 'c d+e&f=g'],
    ['at', '2026-11-21T09:30:29+01:00'],
    ['empty', ''],
    ['no%', '%'],
  ] as const)
    expect([once.get(name), twice.get(name)]).toEqual([[value], [value, value]])
})

test('a load balancer with multi-value headers, and nothing else, expects lists of headers', () => {
  expect(kinds.filter((name) => readEvent(fixture(name)).expectsHeaderLists)).toEqual([
    'load-balancer-multi-value',
  ])
})

describe('what is repeated stays visible', () => {
  test('query parameters of both event versions', () => {
    const two = readEvent({ version: '2.0', rawQueryString: 'limit=1&a=%20b&limit=2' })
    const one = readEvent({ multiValueQueryStringParameters: { limit: ['1', '2'], a: [' b'] } })
    for (const { query } of [one, two]) {
      expect([query.get('limit'), query.get('a')]).toEqual([['1', '2'], [' b']])
    }
  })

  test('headers, also when they differ in case', () => {
    const repeated = readEvent({ multiValueHeaders: { 'X-User-Id': ['alice', 'bob'] } })
    const mixed = readEvent({ headers: { 'X-User-Id': 'alice', 'x-user-id': 'bob' } })
    for (const { headers } of [repeated, mixed]) expect(headers.get('x-user-id')).toEqual(['alice', 'bob'])
  })
})

test('reading a query takes time in proportion to its length, whatever is repeated in it', () => {
  const timeOf = (count: number) => {
    const busy = busy_from_now()
    expect(readEvent({ version: '2.0', rawQueryString: 'a&'.repeat(count) }).query.get('a')).toHaveLength(
      count,
    )
    return busy()
  }
  const shortest = (count: number) => Math.min(...Array.from({ length: 5 }, () => timeOf(count)))
  expect(shortest(8_000) / shortest(1_000)).toBeLessThan(30)
})

test('reading headers takes time in proportion to their number, in whatever case they are repeated', () => {
  const spelled = (index: number) =>
    [...'abcdefghijklmnop']
      .map((letter, bit) => ((index >> bit) & 1 ? letter.toUpperCase() : letter))
      .join('')
  const events = new Map(
    [2_000, 16_000].map((count) => {
      const names = Array.from({ length: count }, (_, index) => [spelled(index), 'x'])
      return [count, { headers: Object.fromEntries(names) }]
    }),
  )
  const timeOf = (count: number) => {
    const busy = busy_from_now()
    expect(readEvent(events.get(count)).headers.get('abcdefghijklmnop')).toHaveLength(count)
    return busy()
  }
  const shortest = (count: number) => Math.min(...Array.from({ length: 5 }, () => timeOf(count)))
  expect(shortest(16_000) / shortest(2_000)).toBeLessThan(30)
})

test('an escape that is not UTF-8 is refused as a bad id', () => {
  const event = { pathParameters: { user_id: '%ff' } }
  expect(() => readEvent(event).path(template)).toThrow(expect.objectContaining({ kind: 'bad_id' }))
})

test('no JSON value as event makes it throw anything but a refusal', () => {
  const names = [
    'version',
    'headers',
    'multiValueHeaders',
    'pathParameters',
    'rawPath',
    'rawQueryString',
    'body',
    'isBase64Encoded',
    'queryStringParameters',
  ]
  const unprintable = fc.constant({ toString: 1, valueOf: 1 })
  const event = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.jsonValue(), unprintable)),
  )
  fc.assert(
    fc.property(event, (value) => {
      try {
        readEvent(value).path(template)
      } catch (error) {
        expect(error).toMatchObject({ kind: 'bad_id' })
      }
    }),
    { numRuns: 2_000 },
  )
})
