import { expect, test } from '@jest/globals'
import { DEFAULT_RULES, flawOfRules } from '../../lib/timeline/rules.ts'
import { bucketRowsFor, endOf, paceOf, SEASONS, secondsLeft } from './seasons.ts'

const MILLION = 1_000_000

test('the seasons are the whole dialog, which begins and ends with one lane', () => {
  expect(endOf(SEASONS.length - 1, MILLION)).toBe(MILLION)
  expect([SEASONS[0]?.lanes, SEASONS.at(-1)?.lanes]).toEqual([1, 1])
})

test('a million messages are written under the default of rows, a short dialog under fewer', () => {
  expect(bucketRowsFor(MILLION)).toBe(DEFAULT_RULES.bucketRows)
  expect(bucketRowsFor(20_000)).toBe(500)
})

test.each([1, 2, 4, 8])(
  '%i lanes take about as long to fill as they should, on a slow machine and on a fast one',
  (lanes) => {
    for (const most of [90, 700, 5_000]) {
      const { fillSeconds, perSecond } = paceOf(lanes, 10_000, most)
      expect(flawOfRules({ ...DEFAULT_RULES, fillSeconds })).toBeUndefined()
      expect(lanes > 1 || perSecond <= most).toBe(true)
      const lifeInFills = (lanes * 10_000) / Math.min(perSecond, most) / fillSeconds
      expect(lifeInFills).toBeGreaterThan(0.95)
      expect(lifeInFills).toBeLessThan(2.01)
    }
  },
)

test('the time left is that of what is missing, each season at its own pace', () => {
  const whole = secondsLeft(0, MILLION, 10_000, 1_000)
  const [first] = SEASONS
  expect(secondsLeft(MILLION, MILLION, 10_000, 1_000)).toBe(0)
  expect(secondsLeft(endOf(0, MILLION), MILLION, 10_000, 1_000)).toBeCloseTo(
    whole - ((first?.share ?? 0) * MILLION) / 250,
  )
})
