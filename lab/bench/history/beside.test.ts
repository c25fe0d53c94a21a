import { expect, test } from '@jest/globals'
import { beside } from './pages.ts'

test('the ratio is that of the medians, and the parts say how much it varies', () => {
  const other = Array.from({ length: 100 }, () => 2)
  const took = other.map((_, index) => (index < 10 ? 2 : index < 90 ? 3 : 8))
  expect(beside(took, other)).toEqual({ p50: 3, p95: 8, otherP50: 2, ratio: 1.5, lowest: 1, highest: 4 })
})

test('each part is compared with what was measured in turn with it', () => {
  const other = Array.from({ length: 20 }, (_, index) => index + 1)
  const took = other.map((ms) => ms * 2)
  expect(beside(took, other)).toMatchObject({ ratio: 2, lowest: 2, highest: 2 })
})
