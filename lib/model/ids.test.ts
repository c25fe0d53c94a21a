import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  AFTER_ALL_MESSAGES,
  dialogIdOf,
  idAfter,
  isUserId,
  lowestIdAt,
  type MessageId,
  messageIdAt,
  parseMessageId,
  stampOf,
  type UserId,
} from './ids.ts'

const user = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter(isUserId) as fc.Arbitrary<UserId>
const stamp = fc.nat({ max: 2 ** 48 - 1 })
const random = fc.uint8Array({ minLength: 10, maxLength: 10 })

describe('a user id', () => {
  test.each(['a', '...', 'a/b', '%2F', '日本', 'x'.repeat(128), '🚀'.repeat(128)])('may be %j', (id) => {
    expect(isUserId(id)).toBe(true)
  })

  test.each(['', '.', '..', 'a\0', 'a\nb', '\u007f', '\u0085', '\ud800', 'x'.repeat(129)])(
    'may not be %j',
    (id) => {
      expect(isUserId(id)).toBe(false)
    },
  )
})

describe('a dialog id', () => {
  test('is 32 bytes and the same for both sides', () => {
    fc.assert(
      fc.property(user, user, (a, b) => {
        expect(dialogIdOf(a, b)).toHaveLength(32)
        expect(dialogIdOf(a, b)).toEqual(dialogIdOf(b, a))
      }),
    )
  })

  test('differs for different pairs, even if their concatenations are equal', () => {
    const pairs = [
      ['a', 'bc'],
      ['ab', 'c'],
      ['abc', 'abc'],
      ['a', 'abc'],
      ['bc', 'c'],
    ] as [UserId, UserId][]
    expect(new Set(pairs.map(([a, b]) => dialogIdOf(a, b).toString('hex'))).size).toBe(pairs.length)
  })

  test('never changes: stored dialogs are found by it', () => {
    expect(dialogIdOf('alice' as UserId, 'bob' as UserId).toString('hex')).toBe(
      '884a452152d3bf048cc051df8f708aff3f854a3db0876f4e9f429effa3a09a27',
    )
  })
})

describe('a message id', () => {
  test('is a UUIDv7 of its stamp', () => {
    fc.assert(
      fc.property(stamp, random, (unixMs, bytes) => {
        const id = messageIdAt(unixMs, bytes)
        expect(parseMessageId(id)).toBe(id)
        expect(stampOf(id)).toBe(unixMs)
      }),
    )
  })

  test('carries all 74 random bits', () => {
    const zeros = lowestIdAt(0)
    const ones = messageIdAt(0, new Uint8Array(10).fill(255))
    expect(zeros).toBe('00000000-0000-7000-8000-000000000000')
    expect(ones).toBe('00000000-0000-7fff-bfff-ffffffffffff')
  })

  test('sorts as text by its stamp, and never above the cursor after all messages', () => {
    fc.assert(
      fc.property(stamp, stamp, random, random, (one, other, a, b) => {
        fc.pre(one < other)
        expect(messageIdAt(one, a) < messageIdAt(other, b)).toBe(true)
        expect(messageIdAt(other, b) <= AFTER_ALL_MESSAGES).toBe(true)
      }),
    )
  })

  test.each([
    '',
    'x',
    '01a1fd71-63d4-4e73-9332-3f70d03f6c86',
    '01a1fd71-63d4-7e73-c332-3f70d03f6c86',
    '01a1fd7163d47e7393323f70d03f6c86',
  ])('is not parsed from %j', (text) => {
    expect(parseMessageId(text)).toBeUndefined()
  })

  test('is parsed from upper case, into lower case', () => {
    expect(parseMessageId('01A1FD71-63D4-7E73-9332-3F70D03F6C86')).toBe(
      '01a1fd71-63d4-7e73-9332-3f70d03f6c86',
    )
  })

  test.each([
    ['00000000-0000-7000-8000-000000000000', '00000000-0000-7000-8000-000000000001'],
    ['01a1fd71-63d4-7e73-9332-3f70d03f6cff', '01a1fd71-63d4-7e73-9332-3f70d03f6d00'],
    ['01a1fd71-63d4-7e73-bfff-ffffffffffff', '01a1fd71-63d4-7e74-8000-000000000000'],
    ['01a1fd71-63d4-7fff-bfff-ffffffffffff', '01a1fd71-63d5-7000-8000-000000000000'],
    ['01a1ffff-ffff-7fff-bfff-ffffffffffff', '01a20000-0000-7000-8000-000000000000'],
    ['ffffffff-ffff-7fff-bfff-fffffffffffe', AFTER_ALL_MESSAGES],
    [AFTER_ALL_MESSAGES, AFTER_ALL_MESSAGES],
  ])('%s is followed by %s', (id, next) => {
    expect(idAfter(id as MessageId)).toBe(next)
  })

  test('has no id between it and the next one', () => {
    fc.assert(
      fc.property(stamp, random, random, (unixMs, a, b) => {
        const [id, other] = [messageIdAt(unixMs, a), messageIdAt(unixMs, b)]
        const next = idAfter(id)
        expect(parseMessageId(next)).toBe(next)
        expect(other < next).toBe(other <= id)
      }),
    )
  })
})
