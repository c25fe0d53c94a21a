import { expect, test } from '@jest/globals'
import { KEYS } from './keys.ts'
import { type Phase, randomFrom } from './life.ts'
import { AGE_SECONDS, type Dialog } from './populations.ts'

const a_dialog = (past: Phase[], perSecond = 0.01): Dialog => ({
  id: Buffer.alloc(32, 7),
  senders: [
    { user: 'alice', part: 0.25 },
    { user: 'bob', part: 0.75 },
  ],
  past,
  perSecond,
})
const steady = (rows: number) => a_dialog([{ seconds: AGE_SECONDS, perSecond: rows / AGE_SECONDS }])
const footprints = (dialog: Dialog) =>
  Object.fromEntries(KEYS.map(({ name, of }) => [name, of(dialog, randomFrom(1))]))
const pages = (dialog: Dialog) => Object.values(footprints(dialog)).map(({ page }) => page)

test('a page of a quiet dialog reads all its windows of ten days, and of ours only the index and one bucket', () => {
  expect(pages(steady(10))).toEqual([2, 1, 11, 2])
  expect(pages(steady(1_050))).toEqual([2, 1, 1, 2])
  expect(pages(steady(1_049))).toEqual([2, 1, 2, 2])
})

test('every key stores all messages and takes all writes', () => {
  for (const { stored, written } of Object.values(footprints(steady(2_100)))) {
    expect(stored.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(2_100, 6)
    expect(written.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(0.01, 9)
  }
})

test('a sender has one partition for everything, a window of ten days has ten days', () => {
  const by = footprints(steady(2_100))
  expect(by['(sender)']?.stored.map(({ weight }) => weight)).toEqual([525, 1_575])
  const windows = by['(dialog, 10 days)']?.stored.map(({ weight }) => Math.round(weight))
  expect(windows).toEqual([...new Array(10).fill(200), 100])
})

test('a torrent is written to one partition per lane, all of which a page reads in addition to the index', () => {
  const storm = footprints(a_dialog([{ seconds: AGE_SECONDS, perSecond: 0.001 }], 10_000))
  const lanes = storm['(dialog, bucket)']?.written.length ?? 0
  expect([32, 64]).toContain(lanes)
  expect(storm['(dialog, bucket)']?.pageWhileWritten).toBeGreaterThanOrEqual(1 + lanes)
  expect(storm['(dialog)']?.written).toHaveLength(1)
})
