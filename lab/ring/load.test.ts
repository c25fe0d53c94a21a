import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { tokenOf } from '../../dev/inspect/token.ts'
import { busiest, loads, moved, type Placed, place } from './load.ts'
import { positionOf, type Ring, tablets, vnodes } from './rings.ts'

const at = (...positions: number[]): Placed => ({
  positions: Float64Array.from(positions),
  sums: Float64Array.from([0, ...positions], (_, i) => i),
  heaviest: 1,
})
/** Four nodes, one range each; a real ring has more. */
const RING: Ring = {
  nodes: 4,
  ends: Float64Array.of(-10, 0, 10, 20),
  replicas: [
    [0, 1, 2],
    [1, 2, 3],
    [2, 3, 0],
    [3, 0, 1],
  ],
}

test('a range includes its end, and positions above the last end belong to the first range', () => {
  expect([...loads(at(-10), RING)]).toEqual([1, 1, 1, 0])
  expect([...loads(at(-9, 0), RING)]).toEqual([0, 2, 2, 2])
  expect([...loads(at(20), RING)]).toEqual([1, 1, 0, 1])
  expect([...loads(at(21, 5_000), RING)]).toEqual([2, 2, 2, 0])
})

test('the load of the busiest node is divided by that of the average one', () => {
  expect(busiest(Float64Array.of(1, 1, 4))).toBe(2)
  expect(busiest(loads(at(-10, 0, 10, 20), RING))).toBe(1)
})

const partitions = fc.array(
  fc.record({
    key: fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    weight: fc.integer({ min: 1, max: 1_000 }),
  }),
  { minLength: 1, maxLength: 200 },
)

test('every weight is carried by the three nodes that hold its token, and a part of it moves', () => {
  fc.assert(
    fc.property(partitions, fc.constantFrom(vnodes, tablets), (given, kind) => {
      const { ring, grown } = kind(7, 3)
      const expected = new Array<number>(7).fill(0)
      for (const { key, weight } of given) {
        const range = ring.ends.findIndex((end) => positionOf(tokenOf(key)) <= end)
        for (const node of ring.replicas[Math.max(0, range)] ?? [])
          expected[node] = (expected[node] ?? 0) + weight
      }
      const placed = place(given)
      expect([...loads(placed, ring)]).toEqual(expected)
      expect(moved(placed, grown)).toBeGreaterThanOrEqual(0)
      expect(moved(placed, grown)).toBeLessThanOrEqual(1 / 3)
    }),
  )
})

test('two weights of one key are one partition', () => {
  const key = Buffer.from('alice')
  const placed = place([
    { key, weight: 2 },
    { key: Buffer.from('bob'), weight: 4 },
    { key, weight: 3 },
  ])
  expect(placed.positions).toHaveLength(2)
  expect(placed.heaviest).toBe(5)
})
