import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { firstTokens, joiningTokens, ownership, type Tokens } from './tokens.ts'

const LEAST = -(2n ** 63n)
const GREATEST = 2n ** 63n - 1n
const grown = (ring: Tokens[]): Tokens[] => [...ring, { node: ring.length + 1, tokens: joiningTokens(ring) }]
const all = (ring: Tokens[]) => ring.flatMap(({ tokens }) => tokens)
const total = (ring: Tokens[]) => [...ownership(ring).values()].reduce((sum, part) => sum + part, 0)

describe('the tokens of the first nodes', () => {
  test('are four per node, and give each node the same share', () => {
    for (const nodes of [1, 2, 3, 4, 7]) {
      const ring = firstTokens(nodes)
      expect(ring.map(({ node }) => node)).toEqual(Array.from({ length: nodes }, (_, i) => i + 1))
      expect(new Set(all(ring)).size).toBe(4 * nodes)
      for (const part of ownership(ring).values()) expect(part).toBeCloseTo(1 / nodes, 12)
    }
  })

  test('are dealt round robin, so that no two neighbours on the ring belong to one node', () => {
    const ring = firstTokens(3).flatMap(({ node, tokens }) => tokens.map((token) => ({ node, token })))
    const around = ring.sort((a, b) => (a.token < b.token ? -1 : 1)).map(({ node }) => node)
    expect(around).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])
  })
})

describe('the tokens of a node that joins', () => {
  test('lie half-way in existing ranges, and make its share equal', () => {
    const three = firstTokens(3)
    const ends = all(three).sort((a, b) => (a < b ? -1 : 1))
    for (const token of joiningTokens(three)) {
      const after = ends.findIndex((end) => end > token)
      const [from, to] =
        after > 0 ? [ends[after - 1], ends[after]] : [ends.at(-1), (ends[0] as bigint) + 2n ** 64n]
      const distance = ((to as bigint) - (from as bigint)) / 2n - (token - (from as bigint))
      expect(Number(distance)).toBeCloseTo(0, -1)
    }
    expect([...ownership(grown(three)).values()]).toEqual([1, 2, 3, 4].map(() => expect.closeTo(0.25, 12)))
  })

  test('are taken from all nodes evenly: after any growth no node owns twice as much as another', () => {
    for (let ring = firstTokens(1); ring.length < 9; ring = grown(ring)) {
      const parts = [...ownership(grown(ring)).values()]
      expect(Math.max(...parts) / Math.min(...parts)).toBeLessThan(2)
    }
  })

  test('are new and valid, and ownership adds up to the whole ring, for any ring', () => {
    const token = fc.bigInt({ min: LEAST, max: GREATEST })
    const owned = fc.tuple(token, fc.integer({ min: 1, max: 5 }))
    const rings = fc.uniqueArray(owned, { minLength: 1, maxLength: 20, selector: ([end]) => end })
    fc.assert(
      fc.property(rings, (pairs) => {
        const byNode = Map.groupBy(pairs, ([, node]) => node)
        const ring = [...byNode].map(([node, own]) => ({ node, tokens: own.map(([end]) => end) }))
        const after = [...ring, { node: 9, tokens: joiningTokens(ring) }]
        expect(total(ring)).toBeCloseTo(1, 9)
        expect(total(after)).toBeCloseTo(1, 9)
        expect(new Set(all(after)).size).toBe(all(after).length)
        expect(all(after).every((one) => one >= LEAST && one <= GREATEST)).toBe(true)
        expect(ownership(after).get(9)).toBeGreaterThan(0)
      }),
    )
  })
})
