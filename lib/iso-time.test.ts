import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isoTime } from './iso-time.ts'

test('is what Date says, for every stamp that an id can carry', () => {
  const stamps = fc.oneof(
    fc.nat({ max: 2 ** 48 - 1 }),
    fc.integer({ min: -3, max: 3 }).map((around) => 20_000 * 86_400_000 + around),
  )
  fc.assert(
    fc.property(stamps, (unixMs) => {
      expect(isoTime(unixMs)).toBe(new Date(unixMs).toISOString())
    }),
    { numRuns: 5_000 },
  )
})
