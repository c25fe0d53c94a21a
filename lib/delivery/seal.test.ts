import { describe, expect, test } from '@jest/globals'
import { newSecret, opener, type Purpose, SEAL_BYTES, sealer } from './seal.ts'

const purpose: Purpose = { method: 'POST', endpoint: 'http://10.0.0.1:7001/boot', connectionId: 'one' }
const secret = newSecret()
const other = newSecret()
const NOW = 1_800_000_000_123

describe('a sealed text', () => {
  test('is opened by whoever knows the secret, with the time at which it was sealed', () => {
    const seal = sealer(secret)
    const open = opener([secret])
    for (const text of ['', 'hello', '\u{1f680}é', 'x'.repeat(40_000)]) {
      const sealed = seal(purpose, text, NOW)
      expect(sealed.length).toBe(Buffer.byteLength(text) + SEAL_BYTES)
      expect(sealed.includes('hello')).toBe(false)
      const opened = open(purpose, sealed)
      expect([opened?.text.toString(), opened?.sentMs]).toEqual([text, NOW])
    }
  })

  test('is not opened with another secret', () => {
    expect(opener([other])(purpose, sealer(secret)(purpose, 'hello', NOW))).toBeUndefined()
  })

  test('is opened with either of two secrets while they are rotated, also by somebody who has opened one of the other', () => {
    const open = opener([other, secret])
    const [old, fresh] = [sealer(secret), sealer(other)]
    for (const seal of [old, fresh, old, fresh])
      expect(open(purpose, seal(purpose, 'hello', NOW))?.text.toString()).toBe('hello')
  })

  test.each([
    ['method', { method: 'DELETE' }],
    ['endpoint', { endpoint: 'http://10.0.0.2:7001/boot' }],
    ['boot of the endpoint', { endpoint: 'http://10.0.0.1:7001/reboot' }],
    ['connection', { connectionId: 'two' }],
    ['connection, with the difference moved into another part', { connectionId: 'one","x' }],
  ])('is not opened for another %s', (_, change) => {
    const sealed = sealer(secret)(purpose, 'hello', NOW)
    expect(opener([secret])({ ...purpose, ...change }, sealed)).toBeUndefined()
  })

  test('is not opened if any bit of it is changed, also by somebody who has opened texts of its sender before', () => {
    const seal = sealer(secret)
    const open = opener([secret])
    const sealed = seal(purpose, 'hello', NOW)
    for (const known of [false, true]) {
      if (known) open(purpose, sealed)
      for (let bit = 0; bit < sealed.length * 8; bit += 1) {
        const tampered = Buffer.from(sealed)
        tampered[bit >> 3] = Number(tampered[bit >> 3]) ^ (1 << (bit & 7))
        expect(open(purpose, tampered)).toBeUndefined()
      }
    }
    expect(open(purpose, sealed)).toBeDefined()
  })

  test('is not opened if it is truncated or extended', () => {
    const sealed = sealer(secret)(purpose, 'hello', NOW)
    const open = opener([secret])
    for (let length = 0; length < sealed.length; length += 1)
      expect(open(purpose, sealed.subarray(0, length))).toBeUndefined()
    expect(open(purpose, Buffer.concat([sealed, Buffer.alloc(1)]))).toBeUndefined()
  })

  test('never shares both nonce and key with another one: a sender counts, and no two senders share a key', () => {
    const seals = [sealer(secret), sealer(secret)]
    const heads = seals.flatMap((seal) =>
      Array.from({ length: 300 }, () => seal(purpose, 'hello', NOW).subarray(0, 28).toString('hex')),
    )
    expect(new Set(heads).size).toBe(600)
    expect(new Set(heads.map((head) => head.slice(0, 32))).size).toBe(2)
    // With the same key, the same text and the same nonce would give the same bytes.
    const [one, two] = seals.map((seal) => seal(purpose, 'hello', NOW).subarray(36).toString('hex'))
    expect(one).not.toBe(two)
  })
})

test('a generated secret is long enough to be configured, and different each time', () => {
  expect(secret).toMatch(/^[\w-]{43}$/)
  expect(secret).not.toBe(other)
})
