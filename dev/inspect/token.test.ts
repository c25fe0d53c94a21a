import { expect, test } from '@jest/globals'
import { bigintColumn, compositeKey } from './partition-key.ts'
import { tokenOf } from './token.ts'

const hex = (digits: string) => Buffer.from(digits, 'hex')
/** Published with the drivers of several languages; those with high bytes at their end identify Cassandra's variant. */
const KNOWN: [Buffer, bigint][] = [
  [Buffer.from('123'), -7468325962851647638n],
  [Buffer.from('9223372036854775807'), 7162290910810015547n],
  [hex('00ff10fa99'.repeat(10)), 5837342703291459765n],
  [hex('fe'.repeat(8)), -8927430733708461935n],
  [hex('10'.repeat(8)), 1446172840243228796n],
  [hex('0102030405060708090a0b0c0d0e0f10'), -5563837382979743776n],
  [hex('ff'.repeat(16)), -2824192546314762522n],
  [hex('fe'.repeat(17)), -1672437813826982685n],
  [hex('00000000'), -3485513579396041028n],
  [hex('ff010203'), -2839127690952877842n],
  [hex('e2e7'), -8582699461035929883n],
  [hex('e2e7e2e7e2e701'), 2222373981930033306n],
]

test('a token is the one that published drivers compute', () => {
  expect(KNOWN.map(([key]) => tokenOf(key))).toEqual(KNOWN.map(([, token]) => token))
})

test('an empty key has the least token', () => {
  expect(tokenOf(Buffer.alloc(0))).toBe(-(2n ** 63n))
})

test('each column of a composite key has its length before it and a 0 behind it', () => {
  expect(compositeKey([hex('aabb'), bigintColumn(1)]).toString('hex')).toBe(
    '0002aabb00' + '0008000000000000000100',
  )
  expect(bigintColumn(1_800_000_000 * 1024).readBigInt64BE()).toBe(1_843_200_000_000n)
})
