import { createHmac } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { UserId } from '../model/ids.ts'
import { sessionIdAt } from '../model/session.ts'
import { type RefreshKeys, type RefreshToken, readRefreshToken, writeRefreshToken } from './refresh-token.ts'

const keyOf = (fill: number) => Buffer.alloc(32, fill)
const keys = (current: string, ...older: string[]): RefreshKeys => ({
  current: { kid: current, key: keyOf(current.length) },
  all: new Map([current, ...older].map((kid) => [kid, keyOf(kid.length)])),
})
const ours = keys('k-1')

const tokens: fc.Arbitrary<RefreshToken> = fc.record({
  user: fc.uuid() as fc.Arbitrary<string> as fc.Arbitrary<UserId>,
  session: fc
    .tuple(fc.nat({ max: 2 ** 48 - 1 }), fc.uint8Array({ minLength: 10, maxLength: 10 }))
    .map(([unixMs, random]) => sessionIdAt(unixMs, random)),
  generation: fc.nat({ max: 2 ** 31 - 1 }),
})
const one: RefreshToken = {
  user: '0198c5a4-7d1e-4b7a-9c55-0d9c6a5d4e3f' as UserId,
  session: sessionIdAt(1_800_000_000_000, new Uint8Array(10)),
  generation: 7,
}
const text = writeRefreshToken(one, ours)
const [kid, user, session, , mac] = text.split('.')

describe('a refresh token', () => {
  test('is read as it was written, and one token is always one text', () => {
    fc.assert(
      fc.property(tokens, (token) => {
        const written = writeRefreshToken(token, ours)
        expect(readRefreshToken(written, ours)).toEqual(token)
        expect(writeRefreshToken(token, ours)).toBe(written)
      }),
    )
  })

  test('is refused once any character is changed, removed, or added', () => {
    const anywhere = fc.nat({ max: text.length })
    fc.assert(
      fc.property(
        anywhere,
        fc.nat({ max: 1 }),
        fc.string({ unit: 'binary', maxLength: 2 }),
        (at, cut, put) => {
          const other = text.slice(0, at) + put + text.slice(at + cut)
          expect(readRefreshToken(other, ours)).toEqual(other === text ? one : undefined)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('of another generation, session or user needs another authentication code', () => {
    fc.assert(
      fc.property(tokens, (other) => {
        const forged = `${kid}.${other.user}.${other.session}.${other.generation}.${mac}`
        expect(readRefreshToken(forged, ours)).toBeUndefined()
      }),
    )
  })

  test.each([
    ['nothing', ''],
    ['another word', 'token'],
    ['the last character, which says more than 32 bytes, in its other form', variant(text)],
    ['upper case', text.toUpperCase()],
    ['a generation with a leading zero', signed(`${kid}.${user}.${session}.07`)],
    ['a generation that no column can hold', signed(`${kid}.${user}.${session}.2147483648`)],
    ['a negative generation', signed(`${kid}.${user}.${session}.-1`)],
    ['a session that is no UUIDv7', signed(`${kid}.${user}.${user}.7`)],
    ['a user that is no UUID', signed(`${kid}.someone.${session}.7`)],
    ['a line after it', `${text}\n`],
    ['half a megabyte', text.repeat(3_000)],
  ])('with %s is none of ours, even if it is authentic', (_, other) => {
    expect(readRefreshToken(other, ours)).toBeUndefined()
  })

  test('outlives its key as long as that is accepted, and its successor is written with the new one', () => {
    expect(readRefreshToken(text, keys('key-2', 'k-1'))).toEqual(one)
    expect(readRefreshToken(text, keys('key-2'))).toBeUndefined()
    expect(writeRefreshToken(one, keys('key-2', 'k-1'))).toMatch(/^key-2\./)
  })

  test('of a foreign key with the same name is refused', () => {
    const foreign: RefreshKeys = {
      current: { kid: 'k-1', key: keyOf(9) },
      all: new Map([['k-1', keyOf(9)]]),
    }
    expect(readRefreshToken(text, foreign)).toBeUndefined()
  })
})

/** Base64url of 32 bytes leaves two bits of its last character unused. */
function variant(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.slice(-1)) + 1]
}

function signed(body: string): string {
  const { key } = ours.current
  return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`
}
