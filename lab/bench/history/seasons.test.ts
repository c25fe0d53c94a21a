import { expect, test } from '@jest/globals'
import { DEFAULT_RULES, rulesIssue } from '../../../lib/timeline/rules.ts'
import { bucketRowsFor, endOf, fillSecondsFor, mostPerSecond, SEASONS, secondsLeft } from './write.ts'

const MILLION = 1_000_000

test('the seasons are the whole dialog, which begins and ends with one lane', () => {
  expect(endOf(SEASONS.length - 1, MILLION)).toBe(MILLION)
  expect([SEASONS[0]?.lanes, SEASONS.at(-1)?.lanes]).toEqual([1, 1])
})

test('a million messages are written with the default rows per bucket, a short dialog with fewer', () => {
  expect(bucketRowsFor(MILLION)).toBe(DEFAULT_RULES.bucketRows)
  expect(bucketRowsFor(20_000)).toBe(500)
})

test.each([2, 4, 8])(
  '%i lanes take as long to fill as they should, on a slow machine and on a fast one',
  (lanes) => {
    for (const carried of [90, 700, 5_000]) {
      const perSecond = Math.min(carried, mostPerSecond(lanes, 10_000))
      const fillSeconds = fillSecondsFor(lanes, 10_000, perSecond)
      expect(rulesIssue({ ...DEFAULT_RULES, fillSeconds })).toBeUndefined()
      expect((lanes * 10_000) / perSecond / fillSeconds).toBeCloseTo(1, 1)
    }
  },
)

test('one lane takes twice as long as it should, or longer', () => {
  const lifeInFills = (perSecond: number) => 10_000 / perSecond / fillSecondsFor(1, 10_000, perSecond)
  expect(lifeInFills(mostPerSecond(1, 10_000))).toBe(2)
  expect(lifeInFills(50)).toBeGreaterThan(2)
})

test('at first the rate is unknown', () => {
  expect(fillSecondsFor(8, 10_000, 0)).toBe(20)
})

test('the time left covers the missing messages, each season at its own rate', () => {
  const whole = secondsLeft(0, MILLION, 10_000, 1_000)
  expect(secondsLeft(MILLION, MILLION, 10_000, 1_000)).toBe(0)
  expect(secondsLeft(endOf(0, MILLION), MILLION, 10_000, 1_000)).toBeCloseTo(whole - endOf(0, MILLION) / 250)
  expect(secondsLeft(endOf(7, MILLION), MILLION, 10_000, 100)).toBeCloseTo(400)
})
