import { expect, test } from '@jest/globals'
import { jsonOf } from './body.ts'

const parse = (body: string | Buffer, ...types: string[]) =>
  jsonOf({ headers: new Map([['content-type', types]]), body: Buffer.from(body) })

test.each([
  'application/json',
  'Application/JSON; charset=UTF-8',
  'application/problem+json',
  'application/json;charset="utf-8"',
  'application/json;',
  'application/json ; ; ',
  'application/json; version=1',
  'application/json;profile="https://schema.example/a"; charset=utf-8',
  'application/vnd.api+json;ext=a',
  '',
])('content type %j counts as JSON', (type) => {
  expect(parse('{"text":"é"}', type)).toEqual({ text: 'é' })
})

test('a missing content type counts as JSON', () => {
  expect(parse('[1]')).toEqual([1])
})

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=latin1',
  'application/json; version=1; charset=utf-16',
  'application/json, application/json',
  'application/json application/json',
  'application/jsonp',
  'multipart/form-data',
])('content type %j is refused', (type) => {
  expect(() => parse('{}', type)).toThrow(expect.objectContaining({ kind: 'not_json' }))
})

test.each(['', '{', 'undefined', '{"a":1}}', Buffer.from([0x22, 0xff, 0x22])])('%j is malformed', (body) => {
  expect(() => parse(body)).toThrow(expect.objectContaining({ kind: 'malformed_json' }))
})

test('a compressed body is refused, one that says it is not is read', () => {
  const encoded = (encoding: string) => {
    const headers = new Map([['content-encoding', [encoding]]])
    return jsonOf({ headers, body: Buffer.from('1') })
  }
  expect(encoded('identity')).toBe(1)
  expect(() => encoded('gzip')).toThrow(expect.objectContaining({ kind: 'not_json' }))
})

test('65,536 bytes are read, one more is too large', () => {
  expect(parse(`"${'x'.repeat(65_534)}"`)).toHaveLength(65_534)
  expect(() => parse(`"${'x'.repeat(65_535)}"`)).toThrow(expect.objectContaining({ kind: 'body_too_large' }))
})

test('the refusal of a malformed body does not repeat any of it', () => {
  const secret = 'do not log me'
  expect.assertions(1)
  try {
    parse(`{"text": ${secret}`)
  } catch (error) {
    expect(JSON.stringify([error, String(error), (error as Error).cause])).not.toContain('log me')
  }
})
