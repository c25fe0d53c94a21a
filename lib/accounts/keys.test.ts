import { describe, expect, test } from '@jest/globals'
import { type KeySet, keyInUse, macKeys, publicKeysOf, signingKeys } from './keys.ts'
import { generateKeys, rotated, SIGNS_AFTER_SECONDS } from './rotation.ts'

const DAY = 24 * 60 * 60
const BEGAN = 1_750_000_000
const rotate = (keySet: KeySet | undefined, atSeconds: number) => rotated(keySet, generateKeys(), atSeconds)
const kids = ({ keys }: KeySet) => keys.map(({ kid }) => kid)
const inUse = (set: KeySet, atSeconds: number) =>
  [keyInUse(signingKeys(set), atSeconds), keyInUse(macKeys(set), atSeconds)].map(({ kid }) => kid)

describe('a new key set', () => {
  const { keySet, signsFrom, dropped } = rotate(undefined, BEGAN + 0.9)

  test('has one key of each kind, which sign at once', () => {
    expect(keySet.keys).toEqual([
      expect.objectContaining({ kty: 'EC', crv: 'P-256', alg: 'ES256', signs_from: BEGAN }),
      expect.objectContaining({ kty: 'oct', alg: 'HS256', signs_from: BEGAN }),
    ])
    expect({ signsFrom, dropped }).toEqual({ signsFrom: BEGAN, dropped: [] })
    expect(inUse(keySet, BEGAN)).toEqual(kids(keySet))
  })

  test('signs even on a machine whose clock is behind that of its maker', () => {
    expect(inUse(keySet, BEGAN - 3_600)).toEqual(kids(keySet))
  })

  test('is another one each time, with a secret of 32 bytes', () => {
    const other = rotate(undefined, BEGAN).keySet
    expect(new Set([...kids(keySet), ...kids(other)]).size).toBe(4)
    for (const { k } of macKeys(keySet)) expect(Buffer.from(k, 'base64url')).toHaveLength(32)
  })

  test('without a key of a kind is no key set', () => {
    expect(() => keyInUse(macKeys({ keys: signingKeys(keySet) }), BEGAN)).toThrow('lacks a kind of key')
  })
})

describe('a rotated key set', () => {
  const first = rotate(undefined, BEGAN).keySet
  const ROTATED = BEGAN + 90 * DAY
  const second = rotate(first, ROTATED).keySet
  const fresh = kids(second).filter((kid) => !kids(first).includes(kid))
  const SIGNS = ROTATED + SIGNS_AFTER_SECONDS

  test('signs with the old keys until the new ones are known everywhere, and with the new ones from then on', () => {
    expect(inUse(second, ROTATED)).toEqual(kids(first))
    expect(inUse(second, SIGNS - 0.001)).toEqual(kids(first))
    expect(inUse(second, SIGNS)).toEqual(fresh)
    expect(inUse({ keys: second.keys.toReversed() }, SIGNS - 1)).toEqual(kids(first))
    expect(inUse({ keys: second.keys.toReversed() }, SIGNS)).toEqual(fresh)
    expect(SIGNS_AFTER_SECONDS).toBeGreaterThan(11 * 60)
  })

  test('shows the next public key at once, and nothing of any secret', () => {
    const shown = publicKeysOf(second)
    expect(kids(shown as never)).toEqual(signingKeys(second).map(({ kid }) => kid))
    for (const key of shown.keys)
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    const text = JSON.stringify(shown)
    for (const { d } of signingKeys(second)) expect(text).not.toContain(d)
    for (const { k, kid } of macKeys(second)) {
      expect(text).not.toContain(k)
      expect(text).not.toContain(kid)
    }
  })

  test('keeps a signing key until the last token of it has expired, for a day after its successor began to sign', () => {
    const [old] = signingKeys(first)
    expect(kids(rotate(second, SIGNS + DAY).keySet)).toContain(old?.kid)
    const third = rotate(second, SIGNS + DAY + 61)
    expect(kids(third.keySet)).not.toContain(old?.kid)
    expect(third.dropped).toEqual([old?.kid])
  })

  test('keeps an HMAC key until the last session of it has ended, for 30 days after its successor began to sign', () => {
    const [old] = macKeys(first)
    expect(kids(rotate(second, SIGNS + 30 * DAY).keySet)).toContain(old?.kid)
    const third = rotate(second, SIGNS + 30 * DAY + 61)
    expect(kids(third.keySet)).not.toContain(old?.kid)
    expect(third.dropped).toContain(old?.kid)
  })

  test('never loses the keys in use, however often and early it is rotated', () => {
    let set = first
    for (let at = ROTATED; at < ROTATED + 40 * DAY; at += 7 * 60 * 60) {
      const before = inUse(set, at)
      set = rotate(set, at).keySet
      expect(inUse(set, at)).toEqual(before)
      set = rotate(set, at).keySet
      expect(inUse(set, at)).toEqual(before)
      expect(kids(publicKeysOf(set) as never).length).toBeLessThan(16)
    }
  })

  test('is not the one that was given, which stays as it was', () => {
    const copy = structuredClone(second)
    rotate(second, SIGNS + 60 * DAY)
    expect(second).toEqual(copy)
  })
})
